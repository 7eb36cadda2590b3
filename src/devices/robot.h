// A robot: it says what it is told and moves as it is told.
//
// One robot for the whole server; it is used by jobs (which let it speak) and by surfaces (which let
// it move). Calls may come from any strand, several at a time. It outlives its callers, and is
// closed before it is destroyed.
#pragma once

#include "base/async.h"
#include "base/error.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace repartee::devices {

enum class Action {
    Nod,
    LookLeft,
    LookRight,
    Wave,
    Dance,
    TurnLeft,
    TurnRight,
    MoveForward,
    LedColor,
    Stop,
};

// The names that clients use: "look_left".
inline constexpr std::array<std::pair<std::string_view, Action>, 10> action_names{{
    {"nod", Action::Nod},
    {"look_left", Action::LookLeft},
    {"look_right", Action::LookRight},
    {"wave", Action::Wave},
    {"dance", Action::Dance},
    {"turn_left", Action::TurnLeft},
    {"turn_right", Action::TurnRight},
    {"move_forward", Action::MoveForward},
    {"led_color", Action::LedColor},
    {"stop", Action::Stop},
}};

constexpr std::optional<Action> action_named(std::string_view name) {
    for (const auto& [known, action] : action_names) {
        if (known == name) {
            return action;
        }
    }
    return std::nullopt;
}

constexpr std::string_view name_of(Action action) {
    return action_names[static_cast<std::size_t>(action)].first;
}

struct Colour {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;
    bool operator==(const Colour&) const = default;
};

// What is known about the robot, for /ready and `doctor`.
struct RobotState {
    bool configured = false;
    bool reachable = false;   // as of the last check or command
    std::string name = {};    // "Misty at http://192.168.1.20"
    std::string detail = {};  // why it is not reachable, and what to do
};

class Robot {
public:
    virtual ~Robot() = default;

    virtual RobotState state() const = 0;
    // Asks it whether it is there. Never throws.
    virtual awaitable<void> check() = 0;

    // Says `text`, in place of what it is saying now. Returns when the robot has taken the words.
    // Throws Failure: Unavailable when there is no robot or nobody answers there, ProviderBroke when
    // it refuses, ProviderLate when it does not answer in time.
    virtual awaitable<void> speak(std::string text) = 0;

    // Returns when the robot has taken the first command; the rest of the sequence runs behind, one
    // sequence at a time: a new one replaces the one under way, and Stop halts everything at once.
    // `colour` is for LedColor; without one, a default. Throws as `speak` does, and Conflict when
    // another action took its place before the robot had begun. Cancelling stops the waiting alone.
    virtual awaitable<void> act(Action action, std::optional<Colour> colour) = 0;

    // The end: cuts the sequence under way, halts a robot that moves, and joins all that runs
    // behind, within seconds whatever the robot does. Actions after it are Unavailable. To be
    // awaited by a robot's owner alone, once; a robot that runs nothing behind has nothing to do.
    virtual awaitable<void> close() { co_return; }
};

}  // namespace repartee::devices
