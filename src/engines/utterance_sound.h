// The sound of one utterance, kept so that it can be sent again from the beginning. Bounded: of an
// utterance that grows too long only what has not been sent yet is kept.
#pragma once

#include "audio/pcm.h"

#include <algorithm>
#include <span>
#include <vector>

namespace repartee::engines {

class UtteranceSound {
public:
    // Two minutes, 4 MB: longer than anybody speaks without a pause.
    static constexpr std::size_t longest_kept = std::size_t{120} * audio::speech_rate;

    void add(std::span<const audio::Sample> samples) {
        samples_.insert(samples_.end(), samples.begin(), samples.end());
    }

    // At most `count` samples from that place on; what lies before it may be forgotten.
    std::span<const audio::Sample> from(std::size_t place, std::size_t count) {
        if (size() > longest_kept && place - forgotten_ > longest_kept / 8) {
            samples_.erase(samples_.begin(),
                           samples_.begin() + static_cast<std::ptrdiff_t>(place - forgotten_));
            forgotten_ = place;
        }
        auto rest = std::span(samples_).subspan(place - forgotten_);
        return rest.first(std::min(count, rest.size()));
    }

    // Samples that ever came.
    std::size_t size() const { return forgotten_ + samples_.size(); }

    bool is_whole() const { return forgotten_ == 0; }

private:
    std::vector<audio::Sample> samples_;
    std::size_t forgotten_ = 0;
};

}  // namespace repartee::engines
