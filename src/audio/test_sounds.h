// Sounds that tests know everything about.
#pragma once

#include "audio/pcm.h"

#include <cmath>
#include <cstddef>
#include <numbers>
#include <span>
#include <string_view>
#include <vector>

namespace repartee::audio {

inline std::vector<Sample> sine(double frequency_hz, int rate, std::size_t samples,
                                double amplitude = 16000) {
    std::vector<Sample> sound(samples);
    for (std::size_t index = 0; index < samples; ++index) {
        const double phase = 2 * std::numbers::pi * frequency_hz * static_cast<double>(index) / rate;
        sound[index] = static_cast<Sample>(std::lround(amplitude * std::sin(phase)));
    }
    return sound;
}

inline std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

}  // namespace repartee::audio
