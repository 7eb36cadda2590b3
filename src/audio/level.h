// How loud is it? Full scale is 1; nothing has level 0.
#pragma once

#include "audio/pcm.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <span>

namespace repartee::audio {

inline constexpr float full_scale = 32768.0f;

// Root mean square.
inline float rms(std::span<const Sample> samples) {
    std::int64_t sum = 0;
    for (const Sample sample : samples) {
        sum += static_cast<std::int64_t>(sample) * sample;
    }
    return samples.empty() ? 0
                           : static_cast<float>(
                                 std::sqrt(static_cast<double>(sum) / static_cast<double>(samples.size()))) /
                                 full_scale;
}

// The mean of the magnitudes.
inline float mean_absolute(std::span<const Sample> samples) {
    std::int64_t sum = 0;
    for (const Sample sample : samples) {
        sum += std::abs(static_cast<std::int32_t>(sample));
    }
    return samples.empty() ? 0 : static_cast<float>(sum) / static_cast<float>(samples.size()) / full_scale;
}

// Decibels below full scale: 0 for the loudest, about -90 for one bit, -120 for silence.
inline float decibels(float level) {
    return 20.0f * std::log10(std::max(level, 1e-6f));
}

// In place, and no louder than can be. A gain that is no number changes nothing.
inline void amplify(std::span<Sample> samples, double gain) {
    if (!std::isfinite(gain) || gain == 1.0) {
        return;
    }
    constexpr double loudest = 4.0;
    gain = std::clamp(gain, 0.0, loudest);
    for (auto& sample : samples) {
        sample = static_cast<Sample>(std::clamp(std::lround(sample * gain), -32768L, 32767L));
    }
}

}  // namespace repartee::audio
