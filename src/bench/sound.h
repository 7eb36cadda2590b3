// What callers say: frames of something like speech, and of silence, ready to be sent.
#pragma once

#include "audio/pcm.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace repartee::bench {

// A few voiced syllables a second around 140 Hz, as loud as a caller (-20 dB).
std::vector<audio::Sample> speech_like(std::size_t samples);

// One caller's frames, shared by all callers.
class Sound {
public:
    explicit Sound(std::size_t frame_bytes);
    // A recording instead of something like speech.
    Sound(std::size_t frame_bytes, std::span<const audio::Sample> recording);

    // `number` counts the frames of voice from its beginning; after the last comes the first again.
    const std::string& voice(std::uint64_t number) const { return voice_[number % voice_.size()]; }
    const std::string& silence() const { return silence_; }
    std::size_t voice_frames() const { return voice_.size(); }

private:
    std::vector<std::string> voice_;
    std::string silence_;
};

}  // namespace repartee::bench
