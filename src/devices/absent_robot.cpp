#include "devices/absent_robot.h"

#include <fmt/format.h>

namespace repartee::devices {

AbsentRobot::AbsentRobot(const std::string& advice)
    : absence_(advice.empty() ? "No robot is configured."
                              : fmt::format("No robot is configured: {}.", advice)) {}

RobotState AbsentRobot::state() const {
    return {.detail = absence_};
}

awaitable<void> AbsentRobot::check() {
    co_return;
}

awaitable<void> AbsentRobot::speak(std::string) {
    throw Failure(ErrorKind::Unavailable, absence_);
    co_return;
}

awaitable<void> AbsentRobot::act(Action, std::optional<Colour>) {
    throw Failure(ErrorKind::Unavailable, absence_);
    co_return;
}

}  // namespace repartee::devices
