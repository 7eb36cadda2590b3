#include "bench/sound.h"

#include "bench/frames.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace repartee::bench {

namespace {

constexpr double pitch = 140;     // Hz
constexpr double syllables = 4;   // a second
constexpr double loudness = 0.2;  // of full scale, at the loudest
constexpr double between = 0.5;   // of that, between two syllables

std::string frame_of(std::span<const audio::Sample> samples) {
    return client_frame(FrameKind::Binary,
                        {reinterpret_cast<const char*>(samples.data()), samples.size_bytes()});
}

}  // namespace

std::vector<audio::Sample> speech_like(std::size_t samples) {
    std::vector<audio::Sample> sound(samples);
    for (std::size_t i = 0; i < samples; ++i) {
        auto time = static_cast<double>(i) / audio::speech_rate;
        auto turn = 2 * std::numbers::pi * time;
        double wave = 0;
        for (int harmonic = 1; harmonic <= 6; ++harmonic) {
            wave += std::sin(turn * pitch * harmonic) / harmonic;
        }
        auto envelope = between + (1 - between) * std::abs(std::sin(turn * syllables / 2));
        sound[i] = static_cast<audio::Sample>(std::lround(32767 * loudness * envelope * wave / 2));
    }
    return sound;
}

Sound::Sound(std::size_t frame_bytes) : Sound(frame_bytes, speech_like(audio::speech_rate)) {}

Sound::Sound(std::size_t frame_bytes, std::span<const audio::Sample> recording) {
    auto frame_samples = frame_bytes / sizeof(audio::Sample);
    std::vector<audio::Sample> frame(frame_samples);
    silence_ = frame_of(frame);
    while (!recording.empty()) {
        auto part = recording.first(std::min(frame_samples, recording.size()));
        recording = recording.subspan(part.size());
        std::ranges::fill(std::ranges::copy(part, frame.begin()).out, frame.end(), audio::Sample(0));
        voice_.push_back(frame_of(frame));
    }
}

}  // namespace repartee::bench
