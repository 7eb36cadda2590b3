#include "app/doctor_looks.h"

#include <fmt/format.h>

#include <filesystem>
#include <unistd.h>

namespace repartee::app {

namespace {

// Of one that works.
std::string present_name_of(devices::Microphone& microphone) {
    std::string name = microphone.wanted();
    try {
        for (const auto& input : microphone.inputs()) {
            name = input.is_chosen ? input.name : name;
        }
    } catch (const Failure&) {
        // Meanwhile it does not any more: it is called by what is asked for.
    }
    return name;
}

}  // namespace

bool look_at_robot(const devices::RobotState& robot, Report& report) {
    if (!robot.configured) {
        report.line(Finding::Absent, "robot", robot.detail);
        return true;
    }
    report.line(robot.reachable ? Finding::Good : Finding::Bad, "robot",
                robot.reachable ? robot.name : fmt::format("{} is not reachable", robot.name), robot.detail);
    return robot.reachable;
}

bool look_at_microphone(devices::Microphone& microphone, Report& report) {
    auto complaint = microphone.complaint();
    bool is_asked_for = microphone.wanted().find('\'') != std::string::npos;
    if (complaint.empty()) {
        report.line(Finding::Good, "microphone", present_name_of(microphone));
        return true;
    }
    report.line(is_asked_for ? Finding::Bad : Finding::Absent, "microphone", complaint,
                "`repartee devices` lists what there is; MICROPHONE chooses");
    return !is_asked_for;
}

bool look_at_data(const ServerSettings& settings, Report& report) {
    auto directory = data_directory(settings);
    std::error_code fault;
    std::filesystem::create_directories(directory, fault);
    bool writable = !fault && ::access(directory.c_str(), W_OK) == 0;
    report.line(writable ? Finding::Good : Finding::Bad, "data",
                writable ? directory.string()
                         : fmt::format("nothing can be written to {}{}", directory.string(),
                                       fault ? fmt::format(" ({})", fault.message()) : ""),
                "set REPARTEE_DATA_DIR to a place that can be written");
    return writable;
}

bool report_store(std::string_view subject, const std::string& name, const stores::StoreHealth& health,
                  Report& report) {
    bool is_well = health.usable || health.lacks_migrations;
    report.line(is_well ? Finding::Good : Finding::Bad, subject, fmt::format("{}: {}", name, health.reason),
                health.advice);
    return is_well;
}

void report_engines(const engines::Hall& hall, Report& report) {
    for (const auto& trade : hall.trades()) {
        for (const auto& verdict : trade.verdicts) {
            auto finding = verdict.health.usable ? Finding::Good
                           : verdict.in_use      ? Finding::Bad
                                                 : Finding::Absent;
            report.line(finding, trade.name,
                        fmt::format("{}{}: {}", verdict.engine.kind, verdict.in_use ? " (in use)" : "",
                                    verdict.health.reason),
                        verdict.health.advice);
            if (finding == Finding::Absent && !verdict.health.advice.empty()) {
                report.advice(verdict.health.advice);
            }
        }
    }
    for (const auto& decoder : hall.decoders()) {
        report.line(decoder.health.usable ? Finding::Good : Finding::Bad, "decoder",
                    fmt::format("{}: {}", decoder.engine.kind, decoder.health.reason), decoder.health.advice);
    }
}

}  // namespace repartee::app
