// Sound in steps of 10 ms: what a voice is told by. Pure; heavy (about 20 µs a step).
//
// The shape of the spectrum as cepstral coefficients of a mel scale (S. B. Davis and P. Mermelstein, 1980),
// with the steady noise of the sound taken off it, and the pitch by autocorrelation (P. Boersma, 1993).
#pragma once

#include "audio/pcm.h"

#include <array>
#include <span>
#include <stop_token>
#include <vector>

namespace repartee::engines::cepstral {

inline constexpr std::size_t step = audio::speech_rate / 100;  // samples
inline constexpr std::size_t coefficients = 19;                // from the second on: the first is loudness

struct SoundFrame {
    std::array<float, coefficients> cepstrum{};
    float pitch = 0;  // octaves above 100 Hz, where it is voiced
    bool voiced = false;
    bool voice = false;  // loud enough to be somebody who speaks
};

struct SoundFrames {
    // One for each whole step that has a window around it; frame i is about the samples from i * step on.
    std::vector<SoundFrame> frames;
    // How far the loudest stands out of the quietest, in dB.
    float loudness = 0;
};

// Ends early when it is told to stop; what it says is of no use, then.
SoundFrames frames_of(std::span<const audio::Sample> sound, const std::stop_token& stop = {});

}  // namespace repartee::engines::cepstral
