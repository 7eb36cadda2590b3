#include "vocabulary/timeline.h"

#include <algorithm>

namespace repartee {

std::string_view name_of(Moment moment) {
    switch (moment) {
        case Moment::SpeechEnd: return "speech_end";
        case Moment::FinalText: return "final_text";
        case Moment::ModelStart: return "model_start";
        case Moment::FirstToken: return "first_token";
        case Moment::FirstClause: return "first_clause";
        case Moment::FirstAudio: return "first_audio";
        case Moment::FirstPlayed: return "first_played";
        case Moment::ReplyEnd: return "reply_end";
    }
    return "unknown";
}

std::optional<TimePoint> Timeline::origin() const {
    std::optional<TimePoint> earliest;
    for (const auto& moment : moments_) {
        if (moment && (!earliest || *moment < *earliest)) {
            earliest = moment;
        }
    }
    return earliest;
}

std::optional<Duration> Timeline::between(Moment from, Moment to) const {
    auto start = at(from);
    auto end = at(to);
    if (!start || !end) {
        return std::nullopt;
    }
    return *end - *start;
}

}  // namespace repartee
