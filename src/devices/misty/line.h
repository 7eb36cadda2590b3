// The way to the robot: one command there, and how it fared back.
#pragma once

#include "base/async.h"
#include "base/clock.h"
#include "devices/misty/misty_wire.h"

namespace repartee::devices::misty {

// How a command fared.
struct Fate {
    enum class Taken { Yes, No, Unknown };  // Unknown: it was sent, and no answer came
    Taken taken = Taken::Yes;
    std::optional<Error> failure = {};  // unless it was taken
};

class Line {
public:
    virtual ~Line() = default;
    // Sends it once, never twice. Any strand, several at a time. Failures are in the Fate; cancelling
    // throws operation_aborted, and the robot may have heard the command then. `command` outlives the
    // call.
    virtual awaitable<Fate> send(const Command& command, Duration limit) = 0;
};

}  // namespace repartee::devices::misty
