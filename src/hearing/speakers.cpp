#include "hearing/speakers.h"

#include "base/clock.h"
#include "base/error.h"
#include "hearing/speaker_turns.h"

#include <algorithm>
#include <limits>
#include <set>

namespace repartee::hearing {

namespace {

using std::chrono::milliseconds;

milliseconds time_of(std::size_t samples) {
    return std::chrono::duration_cast<milliseconds>(audio::duration_of(samples, audio::speech_rate));
}

// Of a recording: how many parts can be revised, and how many come at a time.
constexpr std::size_t recorded_window = 300;
constexpr std::size_t recorded_batch = 100;

// Where nothing else is known of them.
std::vector<VoicedPart> one_part(Transcript transcript, std::size_t samples) {
    std::vector<VoicedPart> parts;
    parts.push_back({.transcript = std::move(transcript), .end = time_of(samples)});
    return parts;
}

// Of the parts' vectors the middle, as far as there are any.
engines::Voiceprint middle_of(const engines::Voiceprint& one, const engines::Voiceprint& other) {
    if (one.vector.size() != other.vector.size()) {
        return one.vector.size() > other.vector.size() ? one : other;
    }
    engines::Voiceprint middle{.vector = one.vector, .voice = one.voice + other.voice, .spread = one.spread};
    auto share = middle.voice > 0ms ? std::chrono::duration<float>(other.voice) / middle.voice : 0.5F;
    for (std::size_t i = 0; i < middle.vector.size(); ++i) {
        middle.vector[i] += share * (other.vector[i] - one.vector[i]);
    }
    middle.spread = std::min(one.spread, other.spread);
    return middle;
}

VoicedPart joined_parts(VoicedPart part, const VoicedPart& next) {
    part.transcript = joined(std::move(part.transcript), next.transcript, next.start - part.start);
    part.print = middle_of(part.print, next.print);
    part.end = next.end;
    return part;
}

// Nobody is known to speak who was not just speaking.
bool may_be_one(const std::optional<Speaker>& one, const std::optional<Speaker>& other) {
    return !one || !other || one->number == other->number;
}

}  // namespace

namespace {

// Turns within one line; who take more are in a hurry.
constexpr std::size_t most_turns = 8;

// Whether, and where, the speaker changes within a part of the line.
awaitable<std::optional<TurnCandidate>> turn_within(engines::SpeakerEmbedder& embedder,
                                                    std::span<const audio::Sample> sound,
                                                    const Transcript& transcript,
                                                    engines::SoundRange within) {
    auto candidates = turn_candidates(transcript, within);
    if (candidates.empty()) {
        co_return std::nullopt;
    }
    std::vector<engines::SoundRange> ranges;
    for (const auto& candidate : candidates) {
        ranges.push_back(candidate.before);
        ranges.push_back(candidate.behind);
    }
    auto prints = co_await embedder.prints(sound, std::move(ranges));
    co_return clearest_turn(candidates, prints, embedder.traits());
}

// The first part of a line that may still be of two persons is looked at, until none is.
awaitable<std::vector<TurnCandidate>> turns_of(engines::SpeakerEmbedder& embedder,
                                               std::span<const audio::Sample> sound,
                                               const Transcript& transcript) {
    std::vector<TurnCandidate> turns;
    engines::SoundRange open{0, sound.size()};
    while (open.begin < sound.size() && turns.size() < most_turns) {
        auto turn = co_await turn_within(embedder, sound, transcript, open);
        if (turn) {
            turns.push_back(*turn);
            std::ranges::sort(turns, {}, &TurnCandidate::at);
            open.end = turn->at;
        } else {
            auto next = std::ranges::upper_bound(turns, open.end, {}, &TurnCandidate::at);
            open = {open.end, next == turns.end() ? sound.size() : next->at};
        }
    }
    co_return turns;
}

}  // namespace

awaitable<std::vector<VoicedPart>> voices_in(engines::SpeakerEmbedder& embedder,
                                             std::span<const audio::Sample> sound, Transcript transcript) {
    std::vector<VoicedPart> parts;
    try {
        auto turns = co_await turns_of(embedder, sound, transcript);
        std::vector<engines::SoundRange> ranges;
        TurnCandidate from;
        turns.push_back({.word = transcript.words.size(), .at = sound.size()});
        for (const auto& turn : turns) {
            parts.push_back({.transcript = turns.size() == 1
                                               ? transcript
                                               : part_of(transcript, from.word, turn.word, time_of(from.at)),
                             .start = time_of(from.at),
                             .end = time_of(turn.at)});
            ranges.push_back({from.at, turn.at});
            from = turn;
        }
        auto prints = co_await embedder.prints(sound, std::move(ranges));
        for (std::size_t i = 0; i < parts.size() && i < prints.size(); ++i) {
            parts[i].print = std::move(prints[i]);
        }
        co_return parts;
    } catch (const Failure&) {
        // Below: a line without a label is better than none.
    }
    co_return one_part(std::move(transcript), sound.size());
}

// --- of a room ---

RoomSpeakers::RoomSpeakers(engines::SpeakerEmbedder& embedder)
    : embedder_(embedder), identity_(embedder.identity()), clusters_({.traits = embedder.traits()}) {}

// Another embedder's vectors do not compare: everybody is somebody new.
void RoomSpeakers::begin_anew() {
    identity_ = embedder_.identity();
    clusters_ = SpeakerClusters({.traits = embedder_.traits()});
    numbers_before_ = highest_number_;
}

std::optional<Speaker> RoomSpeakers::numbered(std::optional<Speaker> speaker) const {
    if (speaker) {
        speaker->number += numbers_before_;
    }
    return speaker;
}

RoomSpeakers::Placing RoomSpeakers::place(std::vector<VoicedPart> parts,
                                          const std::function<std::uint64_t()>& next_id) {
    if (identity_ != embedder_.identity()) {
        begin_anew();
    }
    // What would be: neighbours who turn out to be one person were cut for nothing.
    if (parts.size() > 1) {
        auto trial = clusters_;
        std::vector<SpeakerClusters::Part> tried;
        tried.reserve(parts.size());
        auto first = std::numeric_limits<std::uint64_t>::max() - parts.size();
        for (std::size_t i = 0; i < parts.size(); ++i) {
            tried.push_back({first + i, parts[i].print});
        }
        trial.add(tried);
        std::vector<VoicedPart> fewer;
        std::optional<Speaker> before;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            auto label = trial.label_of(first + i);
            if (fewer.empty() || !may_be_one(before, label)) {
                fewer.push_back(std::move(parts[i]));
                before = label;
            } else {
                fewer.back() = joined_parts(std::move(fewer.back()), std::move(parts[i]));
                before = before ? before : label;
            }
        }
        parts = std::move(fewer);
    }
    Placing placing;
    std::vector<SpeakerClusters::Part> added;
    for (auto& part : parts) {
        added.push_back({next_id(), part.print});
        placing.parts.push_back({.id = added.back().id, .part = std::move(part)});
    }
    for (auto& change : clusters_.add(added)) {
        change.speaker = numbered(change.speaker);
        highest_number_ = std::max(highest_number_, change.speaker ? change.speaker->number : 0);
        auto own = std::ranges::find(placing.parts, change.line, &Placed::id);
        if (own != placing.parts.end()) {
            own->speaker = change.speaker;
        } else {
            placing.changes.push_back(change);
        }
    }
    return placing;
}

// --- of a recording ---

awaitable<void> FileSpeakers::add(milliseconds start, std::vector<audio::Sample> sound,
                                  Transcript transcript) {
    auto passage = passages_++;
    auto voiced = co_await voices_in(embedder_, sound, std::move(transcript));
    for (auto& part : voiced) {
        parts_.push_back({.passage = passage, .start = start + part.start, .voiced = std::move(part)});
    }
}

std::vector<TranscribedPassage> FileSpeakers::passages() {
    std::ranges::stable_sort(parts_, {}, &Part::start);
    std::vector<std::optional<Speaker>> labels(parts_.size());
    SpeakerClusters clusters({.traits = embedder_.traits(), .window = recorded_window});
    for (std::size_t begin = 0; begin < parts_.size(); begin += recorded_batch) {
        std::vector<SpeakerClusters::Part> batch;
        for (auto i = begin; i < std::min(begin + recorded_batch, parts_.size()); ++i) {
            batch.push_back({i, parts_[i].voiced.print});
        }
        for (const auto& change : clusters.add(batch)) {
            labels[change.line] = change.speaker;
        }
    }
    std::vector<TranscribedPassage> passages;
    std::vector<int> numbers;  // in order of appearance
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        auto& part = parts_[i];
        auto label = labels[i];
        if (label) {
            auto known = std::ranges::find(numbers, label->number);
            if (known == numbers.end()) {
                known = numbers.insert(numbers.end(), label->number);
            }
            label->number = static_cast<int>(known - numbers.begin()) + 1;
        }
        auto length = part.voiced.end - part.voiced.start;
        bool goes_on =
            i > 0 && parts_[i - 1].passage == part.passage && may_be_one(passages.back().speaker, label);
        if (goes_on) {
            auto& before = passages.back();
            before.transcript =
                joined(std::move(before.transcript), part.voiced.transcript, part.start - before.start);
            before.end = part.start + length;
            before.speaker = before.speaker ? before.speaker : label;
        } else {
            passages.push_back({.start = part.start,
                                .end = part.start + length,
                                .transcript = std::move(part.voiced.transcript),
                                .speaker = label});
        }
    }
    parts_.clear();
    return passages;
}

}  // namespace repartee::hearing
