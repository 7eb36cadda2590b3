#include "bench/trigger.h"

#include <algorithm>
#include <map>

namespace repartee::bench {

Trigger::Trigger(std::span<const Duration> acted, Duration frame_length) : frame_length_(frame_length) {
    std::map<std::int64_t, std::size_t> votes;
    for (auto one : acted) {
        ++votes[one / frame_length];
    }
    auto most = std::ranges::max_element(votes, {}, [](const auto& vote) { return vote.second; });
    if (most != votes.end()) {
        due_ = frame_length * most->first;
    }
}

Duration Trigger::since(Duration acted) const {
    return acted >= due_ ? acted - due_ : acted % frame_length_;
}

}  // namespace repartee::bench
