// What the robot does for each action, step by step. Pure.
//
// None of the commands reports that it is done, so each step says how long to wait before the next;
// after the last one, how long the robot will still be moving.
#pragma once

#include "devices/misty/misty_wire.h"

#include <chrono>
#include <vector>

namespace repartee::devices::misty {

struct Step {
    Command command;
    std::chrono::milliseconds wait_after{0};
};

using Sequence = std::vector<Step>;

// What LedColor shows when nobody says which colour.
inline constexpr Colour default_colour{.red = 0, .green = 120, .blue = 255};

// `colour` is what LedColor shows, and what a dance goes back to. Stop's steps are sent without
// waiting, and all of them whatever becomes of the others.
Sequence sequence_of(Action action, Colour colour);

}  // namespace repartee::devices::misty
