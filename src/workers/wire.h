// A worker's end of one connection. Blocking, because whoever serves it has nothing else to do.
#pragma once

#include "wyoming/event.h"

#include <array>
#include <functional>
#include <mutex>

namespace repartee::workers {

class Wire {
public:
    // The descriptor stays the caller's. `info`: what to say of ourselves.
    explicit Wire(int descriptor, std::function<wyoming::Event()> info = {})
        : descriptor_(descriptor), info_(std::move(info)) {}

    // The next event; nothing when the other side has closed. What may be asked at any time, `describe` and
    // `ping`, is answered on the way. Throws Failure when what comes is not the protocol.
    std::optional<wyoming::Event> read();

    // False when the other side has gone: nobody wants what we do any more. Any thread.
    bool write(const wyoming::Event& event);

    // The last that is said here, and that it is the last: `read` goes on until the other side has closed,
    // too. Older clients pass over `error` and wait for the end of the connection. Any thread.
    void write_last(const wyoming::Event& event);

    // Passes over what the other side still says, for a moment at most: a connection that is closed with
    // something unread in it may take our last words with it.
    void hear_out();

private:
    std::optional<wyoming::Event> next_event();

    int descriptor_;
    std::function<wyoming::Event()> info_;
    wyoming::EventReader reader_;
    std::array<char, 16384> incoming_{};
    std::mutex writing_;
};

}  // namespace repartee::workers
