#include "app/doctor.h"

#include "app/banner.h"
#include "app/core.h"
#include "app/doctor_machine.h"
#include "app/doctor_models.h"
#include "app/doctor_report.h"
#include "app/doctor_trials.h"
#include "app/keeping.h"
#include "base/together.h"

#include <fmt/format.h>

#include <iostream>
#include <unistd.h>

namespace repartee::app {

namespace {

// Whether the port that `serve` would take is free, or already serves us.
awaitable<void> look_at_address(Core& core, const ServerSettings& settings) {
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
    report(good ? Finding::Good : Finding::Bad, "address", finding,
           "choose another with PORT=8001 or [server] port in repartee.toml");
}

// False when there should be a robot and is not.
bool look_at_robot(const devices::RobotState& robot) {
    if (!robot.configured) {
        report(Finding::Absent, "robot", robot.detail);
        return true;
    }
    report(robot.reachable ? Finding::Good : Finding::Bad, "robot",
           robot.reachable ? robot.name : fmt::format("{} is not reachable", robot.name), robot.detail);
    return robot.reachable;
}

// A machine without a microphone is as good as any, unless one is asked for by name.
bool look_at_microphone(const Core& core, const Parts& parts) {
    auto microphone = devices::build_microphone(parts.devices, core.device_surroundings);
    auto complaint = microphone->complaint();
    bool is_asked_for = microphone->wanted().find('\'') != std::string::npos;
    if (complaint.empty()) {
        std::string name = microphone->wanted();
        for (const auto& input : microphone->inputs()) {
            name = input.is_chosen ? input.name : name;
        }
        report(Finding::Good, "microphone", name);
        return true;
    }
    report(is_asked_for ? Finding::Bad : Finding::Absent, "microphone", complaint,
           "`repartee devices` lists what there is; MICROPHONE chooses");
    return !is_asked_for;
}

// False when it cannot be written to.
bool look_at_data(const ServerSettings& settings) {
    auto directory = data_directory(settings);
    std::error_code fault;
    std::filesystem::create_directories(directory, fault);
    bool writable = !fault && ::access(directory.c_str(), W_OK) == 0;
    report(writable ? Finding::Good : Finding::Bad, "data",
           writable ? directory.string()
                    : fmt::format("nothing can be written to {}{}", directory.string(),
                                  fault ? fmt::format(" ({})", fault.message()) : ""),
           "set REPARTEE_DATA_DIR to a place that can be written");
    return writable;
}

// A database that the server has not made yet is as good as one that is there.
bool report_store(std::string_view subject, const std::string& name, const stores::StoreHealth& health) {
    bool is_well = health.usable || health.lacks_migrations;
    report(is_well ? Finding::Good : Finding::Bad, subject, fmt::format("{}: {}", name, health.reason),
           health.advice);
    return is_well;
}

// False when something is not kept that should be.
awaitable<bool> look_at_stores(Core& core, const Settings& settings, const Parts& parts) {
    stores::Surroundings surroundings{core.context.get_executor(), core.clock, core.log, core.metrics,
                                      data_directory(settings.server)};
    Keeping keeping(settings.stores, parts.stores, surroundings);
    auto database = co_await keeping.database().check();
    auto shelf = co_await keeping.session_shelf().check();
    bool database_is_well = report_store("database", keeping.database().name(), database);
    bool shelf_is_well = report_store("sessions", keeping.session_shelf().name(), shelf);
    co_return database_is_well&& shelf_is_well;
}

awaitable<void> examine(Core& core, devices::Robot& robot, const Settings& settings, const Parts& parts,
                        DoctorOptions options, bool& healthy) {
    report_heading("Engines");
    co_await together(core.hall.check(), robot.check());
    print_engines(std::cout, core.hall);
    bool engines_work = true;
    if (!options.quick) {
        report_heading("Self-test, one engine after the other");
        co_await try_engines(core, options.patience, engines_work);
    }
    report_heading("Devices");
    bool robot_is_well = look_at_robot(robot.state());
    bool microphone_is_well = look_at_microphone(core, parts);
    report_heading("Server");
    co_await look_at_address(core, settings.server);
    bool data_is_well = look_at_data(settings.server);
    bool stores_are_well = data_is_well && co_await look_at_stores(core, settings, parts);
    healthy = core.hall.ready() && engines_work && robot_is_well && microphone_is_well && stores_are_well;
    std::cout << (healthy ? "\nAll is well.\n"
                          : "\nSomething is missing: see the lines marked FAIL or NOT USABLE.\n");
}

}  // namespace

int doctor(Settings& settings, Parts& parts, const DoctorOptions& options) {
    LogOptions quiet = log_options(settings.log);
    quiet.level = LogLevel::Error;
    auto machine = look_at_machine();
    std::cout << "Machine\n";
    report_machine(machine, settings);
    report_heading("Models");
    report_models(machine, settings, parts);
    Core core(settings, parts, Log(quiet));
    bool healthy = false;
    auto robot = devices::build_robot(parts.devices, core.device_surroundings);
    core.run(examine(core, *robot, settings, parts, options, healthy));
    return healthy ? 0 : 1;
}

}  // namespace repartee::app
