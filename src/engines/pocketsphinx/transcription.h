// An utterance of any length on a decoder that likes short ones.
//
// What the decoder costs at the end of a section grows with the section, so an utterance is cut
// into several at pauses. Each ends in words that are settled; only the present section would
// have to be heard again if the decoder were taken away.
#pragma once

#include "engines/pocketsphinx/decoder.h"

namespace repartee::engines::pocketsphinx {

// What is settled of an utterance. Outlives the decoders that work on it.
struct Progress {
    std::vector<Word> words;
    std::size_t samples = 0;  // from the beginning of the utterance to the end of `words`
    CepstralMean mean;        // of the speaker, up to there
};

// Samples. The decoder is given 100 ms at a time, whatever the caller's pieces were: the same
// recording then gives the same words, and a decoder notices within 30 ms that it should stop.
inline constexpr std::size_t step_samples = audio::speech_rate / 10;

// One decoder at work on one utterance, from the first sample that is not settled.
class Transcription {
public:
    // Both outlive it. Cheap; the decoder is touched by what comes after.
    Transcription(Decoder& decoder, Progress& progress) : decoder_(decoder), progress_(progress) {}

    // `step_samples` at a time; less only at the very end. May settle a section, which moves
    // `progress.samples` forward.
    void feed(std::span<const audio::Sample> step);

    // No more audio: settles all.
    void finish();

    // Settled or not.
    std::string text() const;

private:
    void ensure_begun();
    void settle();

    Decoder& decoder_;
    Progress& progress_;
    bool begun_ = false;
    std::size_t section_samples_ = 0;
};

}  // namespace repartee::engines::pocketsphinx
