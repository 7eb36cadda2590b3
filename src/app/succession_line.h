// The line between a server and the one that takes its place: short words, each a line of text, both ways.
// Its end tells that the other process has ended, however that came.
#pragma once

#include "base/descriptor.h"
#include "base/error.h"
#include "base/sockets.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace repartee::app {

class SuccessionLine {
public:
    // Two ends for two processes.
    static Result<std::pair<Descriptor, Descriptor>> make();

    SuccessionLine(const Executor& executor, Descriptor end);

    // Never waits: for short words there is always room. Nobody listening is no fault.
    void say(std::string_view words);
    // The same for long ones, which wait until the other one takes them.
    awaitable<void> tell(std::string words);
    // What the other one says next; nothing, and at once from then on, when it has ended or makes no sense.
    awaitable<std::optional<std::string>> next();

    // A copy of this end: for the other side the line lasts as long as there is one.
    Descriptor part();

private:
    StreamSocket socket_;
    std::string heard_;
    bool has_ended_ = false;
};

}  // namespace repartee::app
