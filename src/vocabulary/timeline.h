// When things happened in one turn. Latency is a feature that can be seen: the client, the log,
// /metrics and the web page all show this record.
#pragma once

#include "base/clock.h"

#include <array>
#include <optional>
#include <string_view>

namespace repartee {

enum class Moment {
    SpeechEnd,    // the user's last sound, or the client's word that the utterance is over
    FinalText,    // the transcript is final
    ModelStart,   // the prompt went to the model
    FirstToken,   // the model's first text
    FirstClause,  // the first piece of text went to the synthesiser
    FirstAudio,   // the synthesiser's first samples
    FirstPlayed,  // the first samples (or, for a text client, the first words) left for the client
    ReplyEnd,     // the last of the reply left for the client
};
inline constexpr std::size_t moment_count = 8;

// "speech_end", "first_audio" ...
std::string_view name_of(Moment moment);

class Timeline {
public:
    // Only the first time counts.
    void stamp(Moment moment, TimePoint when) {
        auto& slot = moments_[static_cast<std::size_t>(moment)];
        if (!slot) {
            slot = when;
        }
    }

    std::optional<TimePoint> at(Moment moment) const { return moments_[static_cast<std::size_t>(moment)]; }

    // The earliest stamp, from which displays count.
    std::optional<TimePoint> origin() const;

    // Time from one moment to a later one, when both are known.
    std::optional<Duration> between(Moment from, Moment to) const;

private:
    std::array<std::optional<TimePoint>, moment_count> moments_;
};

}  // namespace repartee
