// Speaker embedders: sound of somebody who speaks in, a vector out that says what the voice is like. Two
// vectors of one person point into nearly the same direction, whatever is said; those of two persons do not.
// Who is who is not decided here, but in hearing/speakers.h.
//
// A neural one (an x-vector, ECAPA, ... network) is a folder like any other: it implements this header, says
// in `traits` from which cosine on two of its vectors are the same person, and offers itself with a rank
// above 0, so that `auto` takes it where it is usable. Numbering, revisions, captions and exports stay as
// they are. What it has to stand is tests/contracts/speaker_embedder_contract.h; how good it is,
// tests/bench/speaker_labels.
#pragma once

#include "audio/pcm.h"
#include "engines/engine.h"

#include <chrono>
#include <span>
#include <string>
#include <vector>

namespace repartee::engines {

// A stretch of sound, counted in samples.
struct SoundRange {
    std::size_t begin = 0;
    std::size_t end = 0;
};

struct Voiceprint {
    // Of length 1; all of one embedder have the same dimension. Empty: there was too little voice to say
    // anything.
    std::vector<float> vector = {};
    // How much voice it is made of: pauses do not count.
    std::chrono::milliseconds voice{0};
};

// What whoever compares the vectors has to know.
struct SpeakerTraits {
    // The cosine, as the mean over several pairs, from which on two vectors are of one person as likely as
    // not.
    float alike = 0.5F;
    // Prints of less voice than this are not to be relied on: they join who is there, and never make somebody
    // new.
    std::chrono::milliseconds least_voice{1500};
};

class SpeakerEmbedder : public Engine {
public:
    // Names who makes these vectors: "cepstral/1/24". Vectors of two names are never compared. Any thread;
    // does not change while it lives.
    virtual std::string identity() const = 0;
    // Likewise.
    virtual SpeakerTraits traits() const = 0;

    // One print for each range of the sound, in order; at most most_ranges of them. 16 kHz mono. Ranges may
    // overlap, and are within the sound. The same sound gives the same print, always. Heavy work is done on a
    // thread of the engine's or of the pool's; cancelling stops it. `sound` outlives the wait. Throws
    // Failure: TooLarge, Busy, and what providers throw. Any strand, several at once.
    virtual awaitable<std::vector<Voiceprint>> prints(std::span<const audio::Sample> sound,
                                                      std::vector<SoundRange> ranges) = 0;

    static constexpr std::size_t most_ranges = 256;
};

}  // namespace repartee::engines
