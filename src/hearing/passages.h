// A long recording to passages that a recogniser can take one at a time: cut where somebody pauses,
// and where nobody does for too long, at the quietest moment.
//
// Pure but for the detector, which is waited for. Silence between passages is left out, save a little on both
// sides: first and last syllables are quiet.
#pragma once

#include "engines/detector.h"

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace repartee::hearing {

struct Passage {
    std::chrono::milliseconds start{0};  // in the recording
    std::vector<audio::Sample> samples;  // 16 kHz mono
};

class Passages {
public:
    explicit Passages(std::unique_ptr<engines::DetectorStream> detector) : detector_(std::move(detector)) {}

    // 16 kHz mono, any length. Waits for the detector; one at a time.
    awaitable<void> push(std::span<const audio::Sample> samples);
    void finish();

    // The next passage that is complete.
    std::optional<Passage> next();

    static constexpr std::chrono::milliseconds pause{500};   // between two passages
    static constexpr std::chrono::milliseconds margin{200};  // of silence kept around one
    static constexpr std::chrono::milliseconds longest{20'000};

private:
    static constexpr std::size_t frame_samples = engines::DetectorStream::judged_frame;

    struct Frame {
        bool speech;
        float level;
    };

    void take(const engines::Activity& activity);
    // Completes a passage of all frames before `end`, and goes on behind them.
    void cut(std::size_t end);
    void forget(std::size_t frames);
    std::size_t quietest_frame() const;

    std::unique_ptr<engines::DetectorStream> detector_;
    std::vector<audio::Sample> samples_;       // what is not cut yet
    std::deque<Frame> frames_;                 // one for each frame of them that is judged
    std::size_t forgotten_ = 0;                // frames before those
    std::optional<std::size_t> first_speech_;  // index into frames_
    std::size_t last_speech_ = 0;              // likewise
    std::deque<Passage> complete_;
};

}  // namespace repartee::hearing
