// The last sound before somebody was heard to speak: first syllables are quiet. Pure.
#pragma once

#include "audio/pcm.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <vector>

namespace repartee::hearing {

class PreRoll {
public:
    explicit PreRoll(std::chrono::milliseconds length)
        : ring_(static_cast<std::size_t>(length.count()) * audio::speech_rate / 1000) {}

    // Keeps it, and forgets as much of the oldest as there is no room for.
    void push(std::span<const audio::Sample> samples) {
        samples = samples.last(std::min(samples.size(), ring_.size()));
        while (!samples.empty()) {
            auto part = samples.first(std::min(samples.size(), ring_.size() - next_));
            std::ranges::copy(part, ring_.begin() + static_cast<std::ptrdiff_t>(next_));
            samples = samples.subspan(part.size());
            next_ += part.size();
            full_ = full_ || next_ == ring_.size();
            next_ %= ring_.size();
        }
    }

    // All that is kept, the oldest first; valid until the next push.
    std::array<std::span<const audio::Sample>, 2> parts() const {
        std::span all(ring_);
        auto newer = all.first(next_);
        return {full_ ? all.subspan(next_) : all.first(0), newer};
    }

private:
    std::vector<audio::Sample> ring_;
    std::size_t next_ = 0;
    bool full_ = false;
};

}  // namespace repartee::hearing
