#include "hearing/speaker_turns.h"

#include "base/clock.h"

#include <algorithm>

namespace repartee::hearing {

namespace {

using std::chrono::milliseconds;

// Of sound on each side that is looked at: more would be of the next turn already, less says little of a
// voice.
constexpr milliseconds longest_side{3000};
constexpr milliseconds shortest_side{700};
// Both sides together are two persons only when they are clearly so: a line that is cut for nothing is joined
// again, but only where both parts are found to be of one person.
constexpr float clearly = 1.2F;

std::size_t samples_in(milliseconds time) {
    return static_cast<std::size_t>(std::max<std::int64_t>(0, time.count())) * audio::speech_rate / 1000;
}

// Where each word begins in the text; nothing, where the text is not made of these words.
std::optional<std::vector<std::size_t>> places_of(const Transcript& transcript) {
    std::vector<std::size_t> places;
    std::size_t from = 0;
    for (const auto& word : transcript.words) {
        auto found = transcript.text.find(word.text, from);
        if (found == std::string::npos) {
            return std::nullopt;
        }
        places.push_back(found);
        from = found + word.text.size();
    }
    return places;
}

float unlikeness(const engines::Voiceprint& one, const engines::Voiceprint& other) {
    float distance = 0;
    for (std::size_t i = 0; i < one.vector.size() && i < other.vector.size(); ++i) {
        auto difference = one.vector[i] - other.vector[i];
        distance += difference * difference;
    }
    return distance / std::max(one.spread + other.spread, 1e-9F);
}

}  // namespace

std::vector<TurnCandidate> turn_candidates(const Transcript& transcript, const engines::SoundRange& within) {
    const auto& words = transcript.words;
    const auto side = samples_in(longest_side);
    const auto least = samples_in(shortest_side);
    std::vector<TurnCandidate> candidates;
    for (std::size_t i = 1; i < words.size(); ++i) {
        auto at = samples_in((words[i - 1].end + words[i].start) / 2);
        if (at < within.begin + least || at + least > within.end) {
            continue;
        }
        candidates.push_back({.word = i,
                              .at = at,
                              .before = {std::max(within.begin + side, at) - side, at},
                              .behind = {at, std::min(within.end, at + side)}});
    }
    // Somebody speaks fast for long: every second or third place will do.
    constexpr auto most = engines::SpeakerEmbedder::most_ranges / 2 - 1;
    if (candidates.size() > most) {
        std::vector<TurnCandidate> fewer;
        fewer.reserve(most);
        for (std::size_t i = 0; i < most; ++i) {
            fewer.push_back(candidates[i * candidates.size() / most]);
        }
        return fewer;
    }
    return candidates;
}

std::optional<TurnCandidate> clearest_turn(std::span<const TurnCandidate> candidates,
                                           std::span<const engines::Voiceprint> prints,
                                           const engines::SpeakerTraits& traits) {
    std::optional<TurnCandidate> clearest;
    auto most = traits.apart * clearly;
    for (std::size_t i = 0; i < candidates.size() && 2 * i + 1 < prints.size(); ++i) {
        const auto& before = prints[2 * i];
        const auto& behind = prints[2 * i + 1];
        if (before.vector.empty() || behind.vector.empty() ||
            std::min(before.voice, behind.voice) < traits.least_voice) {
            continue;
        }
        if (auto value = unlikeness(before, behind); value >= most) {
            most = value;
            clearest = candidates[i];
        }
    }
    return clearest;
}

Transcript part_of(const Transcript& transcript, std::size_t first, std::size_t end, milliseconds start) {
    Transcript part = transcript;
    part.text.clear();
    part.words.clear();
    end = std::min(end, transcript.words.size());
    for (auto i = first; i < end; ++i) {
        auto word = transcript.words[i];
        word.start = std::max(0ms, word.start - start);
        word.end = std::max(0ms, word.end - start);
        part.text += (part.text.empty() ? "" : " ") + word.text;
        part.words.push_back(std::move(word));
    }
    if (auto places = places_of(transcript)) {
        auto begin = first == 0 ? 0 : (*places)[first];
        auto stop = end == transcript.words.size() ? transcript.text.size() : (*places)[end];
        part.text = transcript.text.substr(begin, stop - begin);
        part.text.erase(part.text.find_last_not_of(' ') + 1);
    }
    return part;
}

Transcript joined(Transcript transcript, const Transcript& next, milliseconds later) {
    transcript.text += (transcript.text.empty() || next.text.empty() ? "" : " ") + next.text;
    for (auto word : next.words) {
        word.start += later;
        word.end += later;
        transcript.words.push_back(std::move(word));
    }
    return transcript;
}

}  // namespace repartee::hearing
