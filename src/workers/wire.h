// A worker's end of one connection. Blocking, because a worker's process has nothing else to do.
#pragma once

#include "wyoming/event.h"

#include <array>

namespace repartee::workers {

class Wire {
public:
    // The descriptor stays the caller's.
    explicit Wire(int descriptor) : descriptor_(descriptor) {}

    // The next event; nothing when the other side has closed. Throws Failure when what comes is not the
    // protocol.
    std::optional<wyoming::Event> read();

    // False when the other side has gone: nobody wants what we do any more.
    bool write(const wyoming::Event& event);

private:
    int descriptor_;
    wyoming::EventReader reader_;
    std::array<char, 16384> incoming_{};
};

}  // namespace repartee::workers
