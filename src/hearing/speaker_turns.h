// Where one person follows another within a line, without a pause that would end it. Pure.
#pragma once

#include "engines/speaker_embedder.h"
#include "vocabulary/transcript.h"

#include <optional>
#include <span>
#include <vector>

namespace repartee::hearing {

// A place between two words at which it may be.
struct TurnCandidate {
    std::size_t word = 0;             // the first that somebody else would say
    std::size_t at = 0;               // in the line's sound, in samples
    engines::SoundRange before = {};  // what is near it on both sides
    engines::SoundRange behind = {};
};

// Within a part of the line's sound, in order; none where the words' times are not known. At most
// SpeakerEmbedder::most_ranges / 2 - 1.
std::vector<TurnCandidate> turn_candidates(const Transcript& transcript, const engines::SoundRange& within);

// The one of the candidates at which the speaker changes most clearly; `prints` are of `before` and `behind`
// of each. Beside it others may seem to be turns, too, for what is near them on one side is of two persons:
// ask again, within what is before it and what is behind it.
std::optional<TurnCandidate> clearest_turn(std::span<const TurnCandidate> candidates,
                                           std::span<const engines::Voiceprint> prints,
                                           const engines::SpeakerTraits& traits);

// The words from `first` to `end` (none there: to the last), their times counted from `start`.
Transcript part_of(const Transcript& transcript, std::size_t first, std::size_t end,
                   std::chrono::milliseconds start);

// What is said one after the other as one; the times of `next` are `later` than its own.
Transcript joined(Transcript transcript, const Transcript& next, std::chrono::milliseconds later);

}  // namespace repartee::hearing
