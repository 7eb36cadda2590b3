#include "app/doctor.h"

#include "app/banner.h"
#include "app/core.h"
#include "base/together.h"

#include <fmt/format.h>

#include <iostream>

namespace repartee::app {

namespace {

void show(std::string_view subject, bool good, std::string_view finding, std::string_view advice = {}) {
    std::cout << fmt::format("  {} {:<12} {}\n", good ? "ok  " : "FAIL", subject, finding);
    if (!good && !advice.empty()) {
        std::cout << fmt::format("       {:<12} -> {}\n", "", advice);
    }
}

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
    show("address", good, finding, "choose another with PORT=8001 or [server] port in repartee.toml");
}

// False when there should be a robot and is not.
bool look_at_robot(const devices::RobotState& robot) {
    if (!robot.configured) {
        std::cout << fmt::format("  off  {:<12} {}\n", "robot", robot.detail);
        return true;
    }
    show("robot", robot.reachable,
         robot.reachable ? robot.name : fmt::format("{} is not reachable", robot.name), robot.detail);
    return robot.reachable;
}

awaitable<void> examine(Core& core, devices::Robot& robot, const Settings& settings, bool& healthy) {
    std::cout << "Engines\n";
    co_await together(core.hall.check(), robot.check());
    print_engines(std::cout, core.hall);
    std::cout << "\nDevices\n";
    bool robot_is_well = look_at_robot(robot.state());
    std::cout << "\nServer\n";
    co_await look_at_address(core, settings.server);
    auto directory = data_directory(settings.server);
    std::error_code fault;
    std::filesystem::create_directories(directory, fault);
    show("data", !fault,
         fault ? fmt::format("cannot make {}: {}", directory.string(), fault.message()) : directory.string(),
         "set REPARTEE_DATA_DIR to a place that can be written");
    healthy = core.hall.ready() && robot_is_well && !fault;
    std::cout << (healthy ? "\nAll is well.\n"
                          : "\nSomething is missing: see the lines marked FAIL or NOT USABLE.\n");
}

}  // namespace

int doctor(const Settings& settings, Parts& parts) {
    LogOptions quiet = log_options(settings.log);
    quiet.level = LogLevel::Error;
    Core core(settings, parts, Log(quiet));
    bool healthy = false;
    auto robot = devices::build_robot(parts.devices, core.device_surroundings);
    core.run(examine(core, *robot, settings, healthy));
    return healthy ? 0 : 1;
}

}  // namespace repartee::app
