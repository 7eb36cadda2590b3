// A-law and mu-law, the telephone's eight bits (ITU-T G.711), to linear samples.
#pragma once

#include "audio/pcm.h"

#include <cstdint>

namespace repartee::audio {

constexpr Sample from_a_law(std::uint8_t code) {
    // Every second bit travels inverted, so that silence is not a long row of zeros on the wire.
    const int value = code ^ 0x55;
    const int exponent = (value >> 4) & 0x07;
    const int mantissa = value & 0x0F;
    const int magnitude = exponent == 0 ? (mantissa << 4) + 8 : ((mantissa << 4) + 0x108) << (exponent - 1);
    return static_cast<Sample>((value & 0x80) != 0 ? magnitude : -magnitude);
}

constexpr Sample from_mu_law(std::uint8_t code) {
    constexpr int bias = 0x84;
    const int value = ~code & 0xFF;
    const int exponent = (value >> 4) & 0x07;
    const int mantissa = value & 0x0F;
    const int magnitude = (((mantissa << 3) + bias) << exponent) - bias;
    return static_cast<Sample>((value & 0x80) != 0 ? -magnitude : magnitude);
}

}  // namespace repartee::audio
