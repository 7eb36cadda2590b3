// A worker's end of one connection. Blocking, because whoever serves it has nothing else to do.
#pragma once

#include "wyoming/event.h"

#include <array>
#include <mutex>

namespace repartee::workers {

class Wire {
public:
    // The descriptor stays the caller's.
    explicit Wire(int descriptor) : descriptor_(descriptor) {}

    // The next event; nothing when the other side has closed. Throws Failure when what comes is not the
    // protocol.
    std::optional<wyoming::Event> read();

    // False when the other side has gone: nobody wants what we do any more. Any thread.
    bool write(const wyoming::Event& event);

private:
    int descriptor_;
    wyoming::EventReader reader_;
    std::array<char, 16384> incoming_{};
    std::mutex writing_;
};

}  // namespace repartee::workers
