// Which frame of a cycle made the server act. Pure.
//
// Every turn is the same turn, frame for frame (whole_cycle), so the frame that ends an utterance, or
// interrupts a reply, is the same in each. A server acts soon after it, far sooner than the next frame
// comes: the frame after which most turns were acted upon is the one. What was later than that, however
// much, is the server's.
#pragma once

#include "base/clock.h"

#include <span>

namespace repartee::bench {

class Trigger {
public:
    // When the server acted in each turn, since its cycle began, delays of engines taken off.
    Trigger(std::span<const Duration> acted, Duration frame_length);

    // When that frame is due in its cycle.
    Duration due() const { return due_; }
    // From the frame to when the server acted. One that acted a frame sooner had its reasons, and is
    // counted from the frame it acted upon.
    Duration since(Duration acted) const;

private:
    Duration frame_length_;
    Duration due_{0};
};

}  // namespace repartee::bench
