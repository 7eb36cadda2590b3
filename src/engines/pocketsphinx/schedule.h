// Who gets a decoder, and who has to give one back. Pure: told the facts, it answers.
//
//   * A finished utterance goes first, the one that has waited longest before the others: somebody
//     sits there and waits for the answer.
//   * It need not wait for those who still speak: one of them loses its decoder and is heard again
//     later, from its kept audio.
//   * One who still speaks takes a decoder only from a stream whose client has fallen silent
//     on the line: sent nothing for `idle_after`. Two who both speak would only take it from
//     each other in turn.
//   * Jobs come after all of these, the finished ones first, and give their decoders back to any of
//     them: nobody sits and listens for a job's answer. They too take from the silent.
//   * One who has fallen silent gets a decoder that nobody else wants, and takes none away.
#pragma once

#include "base/clock.h"
#include "engines/recogniser.h"

#include <optional>
#include <span>

namespace repartee::engines::pocketsphinx {

// Long enough that no network hiccup looks like it.
inline constexpr Duration idle_after = 1s;

// One utterance.
struct Standing {
    bool finished = false;  // by its client; only the decoder has work left
    bool has_decoder = false;
    bool has_work = false;     // a step of audio, or the end, that no decoder has taken yet
    bool giving_back = false;  // its decoder has been revoked and is on its way
    TimePoint since{};         // finished, or else begun
    TimePoint last_audio{};    // when the client last sent anything
    std::size_t invested = 0;  // samples that would have to be heard again
    Urgency urgency = Urgency::Live;
};

// Whether one who has a decoder and was told to give it back still has to. A live one that has
// finished meanwhile would be the next to get it.
bool must_give_back(const Standing& one);

// The index of the one that a free decoder should turn to.
std::optional<std::size_t> next_to_serve(std::span<const Standing> standings, TimePoint now);

// The index of the one that should give its decoder back, when `waiting` finds none free.
std::optional<std::size_t> next_to_revoke(std::span<const Standing> standings, const Standing& waiting,
                                          TimePoint now);

}  // namespace repartee::engines::pocketsphinx
