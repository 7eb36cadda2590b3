// Does an utterance sound like somebody speaking? Detectors that go by loudness take a fan that starts, a
// slammed door or a drill for speech, and recognisers invent words for them. Pure.
//
// Two things that noise lacks: speech has voice, which is periodic, and it goes up and down with its
// syllables. Both have to be missed by far before something is called a noise: a caption too many is better
// than one too few.
#pragma once

#include "audio/pcm.h"

#include <array>
#include <span>
#include <vector>

namespace repartee::hearing {

class SpeechLikeness {
public:
    // A frame of the utterance: 16 kHz mono, 20 ms. `voice`: what the detector says.
    void push(std::span<const audio::Sample> frame, bool voice);

    bool sounds_like_speech() const;

    // Decibels between the quiet and the loud tenth of what the detector took for voice.
    float liveliness_db() const;
    // How many frames were periodic, as vowels are.
    int periodic_frames() const { return periodic_; }

    // Steady noise of any kind stays below, speech is above 10.
    static constexpr float least_liveliness_db = 3.5f;
    static constexpr int least_periodic = 4;

private:
    std::array<int, 100> levels_{};  // how often each level was there; a decibel each, from full scale down
    int frames_ = 0;
    int periodic_ = 0;
    std::vector<float> before_;  // the frame before, at half the rate
};

}  // namespace repartee::hearing
