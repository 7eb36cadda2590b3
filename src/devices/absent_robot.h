// The robot of a server that has none: it says so, and what to do about it, to everyone who asks.
#pragma once

#include "devices/robot.h"

namespace repartee::devices {

class AbsentRobot final : public Robot {
public:
    // `advice`: "set MISTY_URL to the robot's address"; may be empty.
    explicit AbsentRobot(const std::string& advice);

    RobotState state() const override;
    awaitable<void> check() override;
    awaitable<void> speak(std::string text) override;
    awaitable<void> act(Action action, std::optional<Colour> colour) override;

private:
    const std::string absence_;  // the whole sentence
};

}  // namespace repartee::devices
