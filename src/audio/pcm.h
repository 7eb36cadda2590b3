// Sound as the whole house passes it around: signed 16-bit samples, one channel, host byte order.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace repartee::audio {

using Sample = std::int16_t;

// What recognisers and detectors take, whatever the microphone or file had.
inline constexpr int speech_rate = 16000;  // Hz

struct Pcm {
    int rate = speech_rate;  // Hz
    std::vector<Sample> samples = {};
};

inline std::chrono::nanoseconds duration_of(std::size_t samples, int rate) {
    return std::chrono::nanoseconds(static_cast<std::int64_t>(samples) * 1'000'000'000 / rate);
}

}  // namespace repartee::audio
