// A Misty II, asked over its REST API.
#pragma once

#include "devices/catalogue.h"
#include "devices/misty/http_line.h"
#include "devices/misty/movements.h"

#include <atomic>

namespace repartee::devices::misty {

class MistyRobot final : public Robot {
public:
    // What `surroundings` refer to outlives the robot.
    MistyRobot(const MistySettings& settings, const Surroundings& surroundings);

    RobotState state() const override { return line_.state(); }
    awaitable<void> check() override { return line_.check(); }
    awaitable<void> speak(std::string text) override;
    awaitable<void> act(Action action, std::optional<Colour> colour) override;
    awaitable<void> close() override { return movements_.close(); }

private:
    const Duration command_limit_;
    HttpLine line_;
    Movements movements_;
    std::atomic<unsigned> utterances_{0};  // counted on any strand
};

}  // namespace repartee::devices::misty
