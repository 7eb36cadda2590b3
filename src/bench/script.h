// What a caller sends, and when: known before the call begins, whatever the server does. Pure.
//
// A call is a row of cycles, each so long voice and then so long silence. Frame k is due at
// `began + k * frame_length`, which is what makes the load an open loop: a server that falls behind gets
// no mercy.
#pragma once

#include "base/clock.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace repartee::bench {

// A stretch of voice from one moment of a cycle to another.
struct Voice {
    Duration from;
    Duration until;
};

struct Script {
    std::size_t frame_bytes = 1024;
    Duration frame_length = 32ms;  // from one frame to the next, in real time
    Duration cycle{0};             // 0: silence for ever
    std::vector<Voice> voices = {};

    // Of frame `number`, counted from the beginning of the call.
    Duration due(std::uint64_t number) const { return frame_length * static_cast<std::int64_t>(number); }
    bool voiced(std::uint64_t number) const;
    std::uint64_t frames_in_cycle() const;
    // Where in its cycle caller `number` of many begins, so that they do not all speak at once.
    std::uint64_t first_frame_of_caller(std::uint64_t number) const;
};

// 16-bit samples at 16 kHz: how long so many bytes sound.
Duration length_of_frame(std::size_t bytes);

// After so long a frame of the caller and one of the server's own (20 ms) begin together.
Duration common_grain(Duration frame_length);

// The cycle that holds `wanted` and whole grains: then every turn is the same turn, frame for frame.
Duration whole_cycle(Duration wanted, Duration frame_length);

}  // namespace repartee::bench
