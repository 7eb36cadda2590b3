// Speaker embedders: sound of somebody who speaks in, a vector out that says what the voice is like. Two
// vectors of one person lie near each other, whatever is said; those of two persons do not. Who is who is not
// decided here, but in hearing/speakers.h.
//
// A neural one (an x-vector, ECAPA, ... network) is a folder like any other: it implements this header, says
// in `traits` how far apart two of its vectors are when they are of two persons, and offers itself with a
// rank above 0, so that `auto` takes it where it is usable (docs/adding-an-engine.md). Numbering, revisions,
// captions and exports stay as they are. What it has to stand is tests/contracts/speaker_embedder_contract.h;
// how good it is, tells tests/bench/speaker_labels.cpp. Vectors that are compared by their cosine are given
// at length 1: the squared distance is then 2 - 2 * cosine.
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
    // All of one embedder have the same dimension. Empty: there was too little voice to say anything.
    std::vector<float> vector = {};
    // How much voice it is made of: pauses do not count.
    std::chrono::milliseconds voice{0};
    // How far, as a mean squared distance, a print of so much voice lies from what more and more voice of the
    // same person would come to. Above 0. The same number for all will do, where shorter ones are not worse.
    float spread = 1;
};

// What whoever compares the vectors has to know.
struct SpeakerTraits {
    // Two prints of one person are as far apart (as a mean squared distance) as their spreads together. From
    // so many times as far on they are of two persons rather than of one. Above 1.
    float apart = 2;
    // Prints of less voice than this join who is there, and never make somebody new.
    std::chrono::milliseconds least_voice{1000};
};

class SpeakerEmbedder : public Engine {
public:
    // Names who makes these vectors: "cepstral/1/17". Vectors of two names are never compared. Any thread;
    // does not change while it lives.
    virtual std::string identity() const = 0;
    // Likewise.
    virtual SpeakerTraits traits() const = 0;

    // One print for each range of the sound, in order; at most most_ranges of them. 16 kHz mono. Ranges may
    // overlap; what of them is behind the end of the sound is not there. The same sound gives the same
    // prints, always. Heavy work is done on a thread of the engine's or of the pool's; cancelling stops it.
    // `sound` outlives the wait. Throws Failure: TooLarge, Busy, and what providers throw. Any strand,
    // several at once.
    virtual awaitable<std::vector<Voiceprint>> prints(std::span<const audio::Sample> sound,
                                                      std::vector<SoundRange> ranges) = 0;

    static constexpr std::size_t most_ranges = 256;
};

}  // namespace repartee::engines
