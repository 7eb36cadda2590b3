// Silence is not speech: recognisers invent words on noise, and a model would answer them.
//
// Collects what the detector says about an utterance and decides whether a transcript of it can be
// believed. Pure but for the detector, which is waited for.
#pragma once

#include "engines/detector.h"

#include <chrono>
#include <memory>
#include <span>
#include <vector>

namespace repartee::hearing {

class SpeechGate {
public:
    explicit SpeechGate(std::unique_ptr<engines::DetectorStream> detector) : detector_(std::move(detector)) {}

    // 16 kHz mono, any length. Waits for the detector; one at a time.
    awaitable<void> push(std::span<const audio::Sample> samples);

    // Enough of it sounded like somebody speaking. A short "no" has about 150 ms of voice.
    bool heard_speech() const { return voiced_ >= least_voiced; }
    std::chrono::milliseconds voiced() const { return voiced_; }
    std::chrono::milliseconds length() const { return length_; }

    static constexpr std::chrono::milliseconds least_voiced{80};

private:
    static constexpr std::chrono::milliseconds frame_length{20};

    std::unique_ptr<engines::DetectorStream> detector_;
    std::vector<audio::Sample> unjudged_;  // less than a frame, between two pushes
    std::chrono::milliseconds voiced_{0};
    std::chrono::milliseconds length_{0};
};

}  // namespace repartee::hearing
