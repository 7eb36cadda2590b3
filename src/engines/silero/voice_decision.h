// What is made of the network's answers, frame by frame, from one opening of the gate to its closing. Pure.
//
// Answers come late. Before the first one nobody speaks yet, and between two it is as it was; where none
// comes for too long, loudness decides.
#pragma once

#include "base/clock.h"

#include <algorithm>
#include <optional>

namespace repartee::engines::silero {

class VoiceDecision {
public:
    // `threshold`: the probability from which on it is a voice.
    VoiceDecision(float threshold, Duration patience) : threshold_(threshold), patience_(patience) {}

    // The gate has opened: what is known is forgotten.
    void begin() { voice_ = false; }

    // `probability`: an answer that is new, or the last one where nothing is owed. `waited`: for an answer.
    bool is_speech(bool loud, std::optional<float> probability, Duration waited) {
        if (probability) {
            voice_ =
                *probability >= (voice_ ? std::max(threshold_ - hysteresis, threshold_ / 2) : threshold_);
            return voice_;
        }
        return waited > patience_ ? loud : voice_;
    }

    // A voice is lost at a lower probability than it is found at, so that it does not flicker.
    static constexpr float hysteresis = 0.15F;

private:
    float threshold_;
    Duration patience_;
    bool voice_ = false;  // as of the last answer
};

}  // namespace repartee::engines::silero
