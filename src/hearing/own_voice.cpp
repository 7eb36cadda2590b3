#include "hearing/own_voice.h"

#include <algorithm>
#include <cmath>

namespace repartee::hearing {

namespace {

constexpr Duration piece_length = 20ms;

float level_of(std::span<const audio::Sample> samples) {
    double squares = 0;
    for (auto sample : samples) {
        squares += static_cast<double>(sample) * sample;
    }
    return static_cast<float>(std::sqrt(squares / static_cast<double>(samples.size())) / 32768);
}

}  // namespace

void OwnVoice::sounds(TimePoint when, std::span<const audio::Sample> samples, int rate) {
    forget(when);
    auto size = static_cast<std::size_t>(rate / (1s / piece_length));
    while (!samples.empty()) {
        auto piece = samples.first(std::min(size, samples.size()));
        auto length = audio::duration_of(piece.size(), rate);
        pieces_.push_back({when, when + length, level_of(piece)});
        when += length;
        samples = samples.subspan(piece.size());
    }
}

void OwnVoice::silenced(TimePoint when) {
    while (!pieces_.empty() && pieces_.back().from >= when) {
        pieces_.pop_back();
    }
}

bool OwnVoice::may_be_echo(float level, TimePoint when) const {
    if (pieces_.empty() || pieces_.back().until + latest <= when) {
        return false;  // which is so most of the time
    }
    return std::ranges::any_of(pieces_, [&](const Piece& piece) {
        return piece.from <= when && when - latest < piece.until && level < piece.level * coupling;
    });
}

void OwnVoice::forget(TimePoint now) {
    auto recent =
        std::ranges::find_if(pieces_, [&](const Piece& piece) { return piece.until + latest >= now; });
    pieces_.erase(pieces_.begin(), recent);
}

}  // namespace repartee::hearing
