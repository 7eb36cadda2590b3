// The last sound before somebody was heard to speak: first syllables are quiet. Takes memory once there is
// sound: sockets that are open and silent are many. Pure.
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
        : capacity_(static_cast<std::size_t>(length.count()) * audio::speech_rate / 1000) {}

    // Keeps it, and forgets as much of the oldest as there is no room for.
    void push(std::span<const audio::Sample> samples) {
        ring_.resize(capacity_);
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

    // The latest of what is kept, at most so long, the oldest first; valid until the next push.
    std::array<std::span<const audio::Sample>, 2> latest(std::chrono::milliseconds length) const {
        auto most = static_cast<std::size_t>(length.count()) * audio::speech_rate / 1000;
        std::span all(ring_);
        auto newer = all.first(next_);
        auto older = full_ ? all.subspan(next_) : all.first(0);
        newer = newer.last(std::min(most, newer.size()));
        return {older.last(std::min(most - newer.size(), older.size())), newer};
    }

private:
    const std::size_t capacity_;
    std::vector<audio::Sample> ring_;
    std::size_t next_ = 0;
    bool full_ = false;
};

}  // namespace repartee::hearing
