#include "devices/misty/misty_robot.h"

#include <fmt/format.h>

namespace repartee::devices::misty {

MistyRobot::MistyRobot(const MistySettings& settings, const Surroundings& surroundings)
    : command_limit_(settings.command_timeout),
      line_(settings, surroundings.http, surroundings.clock, surroundings.log.with({{"robot", "misty"}})),
      movements_(surroundings.executor, line_, surroundings.clock, command_limit_) {}

awaitable<void> MistyRobot::speak(std::string text) {
    if (text.find_first_not_of(" \t\r\n") == text.npos) {
        co_return;
    }
    const auto command = misty::speak(text, fmt::format("repartee-{}", ++utterances_));
    auto fate = co_await line_.send(command, command_limit_);
    if (fate.failure) {
        throw Failure(*fate.failure);
    }
}

awaitable<void> MistyRobot::act(Action action, std::optional<Colour> colour) {
    return movements_.act(action, colour);
}

}  // namespace repartee::devices::misty
