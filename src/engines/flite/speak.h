// The one place that calls the flite library.
//
// Any thread, several at once: the library's voice is read and never written, since everything that
// is particular to one utterance is set on the utterance. What the library shares between threads
// is rand(), for the noise in the voice, and that has the C library's lock; so the same text never
// gives the very same samples twice. (Checked with helgrind and drd, see README.md.)
#pragma once

#include "audio/pcm.h"
#include "engines/flite/phrases.h"

#include <functional>
#include <span>

namespace repartee::engines::flite {

inline constexpr std::string_view voice_name = "slt";

// Each 1 for the voice as it was recorded.
struct Manner {
    double speed = 1;
    double pitch = 1;
    double volume = 1;
};

// Some tens of milliseconds of sound at audio::speech_rate, and how many bytes of the sentence are
// spoken at its end. Returns false to stop.
using Listener = std::function<bool(std::span<const audio::Sample> samples, std::size_t spoken_bytes)>;

// Blocks while it computes, about a tenth of the time that the speech takes. `from` is the end of
// the phrase before. The last chunk says `phrase.end`.
void speak(const Phrase& phrase, std::size_t from, const Manner& manner, const Listener& listener);

// Loads the voice; the first call takes a few milliseconds.
void prepare();

}  // namespace repartee::engines::flite
