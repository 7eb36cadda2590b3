#include "app/doctor.h"

#include "app/banner.h"
#include "app/core.h"
#include "app/doctor_looks.h"
#include "app/doctor_machine.h"
#include "app/doctor_models.h"
#include "app/doctor_report.h"
#include "app/doctor_trials.h"
#include "app/keeping.h"
#include "app/tool_servers.h"
#include "base/together.h"

#include <fmt/format.h>

#include <iostream>

namespace repartee::app {

namespace {

// With a server of tools: a program may fetch itself first.
constexpr auto patience_with_tools = std::chrono::seconds(30);

// Whether the port that `serve` would take is free, or already serves us.
awaitable<void> look_at_address(Core& core, const ServerSettings& settings, Report& report) {
    auto url = fmt::format("http://{}:{}/health", settings.host == "0.0.0.0" ? "127.0.0.1" : settings.host,
                           settings.port);
    std::string finding = fmt::format("nothing is listening on port {} yet", settings.port);
    bool good = true;
    try {
        net::ClientRequest request{.url = url};
        auto response = co_await core.http.fetch(std::move(request));
        bool ours = response.body.find("healthy") != std::string::npos;
        good = ours;
        finding = ours ? fmt::format("a server is running at port {}", settings.port)
                       : fmt::format("port {} is taken by another program", settings.port);
    } catch (const Failure&) {
    }
    report.line(good ? Finding::Good : Finding::Bad, "address", finding,
                "choose another with PORT=8001 or [server] port in repartee.toml");
}

// False when something is not kept that should be.
awaitable<bool> look_at_stores(Core& core, const Settings& settings, const Parts& parts, Report& report) {
    stores::Surroundings surroundings{core.context.get_executor(), core.clock, core.log, core.metrics,
                                      data_directory(settings.server)};
    Keeping keeping(settings.stores, parts.stores, surroundings);
    auto database = co_await keeping.database().check();
    auto shelf = co_await keeping.session_shelf().check();
    bool database_is_well = report_store("database", keeping.database().name(), database, report);
    bool shelf_is_well = report_store("sessions", keeping.session_shelf().name(), shelf, report);
    bool vectors_are_well = true;
    if (auto* vectors = keeping.vector_store()) {
        auto health = co_await vectors->check();
        vectors_are_well = report_store("vectors", vectors->name(), health, report);
    }
    co_return database_is_well&& shelf_is_well&& vectors_are_well;
}

awaitable<void> examine(Core& core, devices::Robot& robot, const Settings& settings, const Parts& parts,
                        DoctorOptions options, Report& report, bool& healthy) {
    report.heading("Engines");
    co_await together(core.hall.check(), robot.check());
    print_engines(std::cout, core.hall);
    bool engines_work = true;
    if (!options.quick) {
        report.heading("Self-test, one engine after the other");
        co_await try_engines(core, options.patience, engines_work, report);
    }
    mcp::client::Surroundings around{core.context.get_executor(), core.http, core.clock, core.log,
                                     core.metrics};
    mcp::client::McpToolbox tools(settings.tool_servers, around);
    if (!settings.tool_servers.empty()) {
        report.heading("Tools of other servers");
        co_await tools.look(patience_with_tools);
    }
    bool tools_are_well = report_tool_servers(tools, report);
    co_await tools.close();
    report.heading("Devices");
    bool robot_is_well = look_at_robot(robot.state(), report);
    auto microphone = devices::build_microphone(parts.devices, core.device_surroundings);
    bool microphone_is_well = look_at_microphone(*microphone, report);
    report.heading("Server");
    co_await look_at_address(core, settings.server, report);
    bool data_is_well = look_at_data(settings.server, report);
    bool stores_are_well = data_is_well && co_await look_at_stores(core, settings, parts, report);
    healthy = core.hall.ready() && engines_work && robot_is_well && microphone_is_well && tools_are_well &&
              stores_are_well;
    std::cout << (healthy ? "\nAll is well.\n"
                          : "\nSomething is missing: see the lines marked FAIL or NOT USABLE.\n");
}

}  // namespace

int doctor(Settings& settings, Parts& parts, const DoctorOptions& options) {
    LogOptions quiet = log_options(settings.log);
    quiet.level = LogLevel::Error;
    auto machine = look_at_machine();
    PrintedReport report;
    std::cout << "Machine\n";
    report_machine(machine, settings, report);
    report.heading("Models");
    report_models(machine, model_choices(settings, parts), report);
    Core core(settings, parts, Log(quiet));
    bool healthy = false;
    auto robot = devices::build_robot(parts.devices, core.device_surroundings);
    core.run(examine(core, *robot, settings, parts, options, report, healthy));
    return healthy ? 0 : 1;
}

}  // namespace repartee::app
