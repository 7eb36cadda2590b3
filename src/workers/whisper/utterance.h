// One utterance, from its first sample to its text: heard while it grows, by a desk that serves many.
//
// All calls by one thread; they wait for nothing but, for milliseconds, that the library stops. What is
// understood is told on a thread of the desk, or within `finish`. Destroying it stops the work at once.
#pragma once

#include "base/error.h"
#include "workers/whisper/agreement.h"
#include "workers/whisper/desk.h"
#include "workers/whisper/gates.h"

#include <chrono>
#include <functional>
#include <mutex>
#include <span>

namespace repartee::workers::whisper {

struct UtteranceOptions {
    DecodeWishes wishes = {};
    bool partials = false;
    Rank final_rank = Rank::Final;
    // Sound that has to come between two decodings.
    std::chrono::milliseconds step{300};
};

struct Understood {
    std::vector<Word> certain = {};          // of partials: what became certain now; of the final: all of it
    std::vector<Word> uncertain = {};        // of partials: may still change
    std::chrono::milliseconds heard{0};      // how much of the utterance it takes into account
    std::chrono::microseconds computing{0};  // of a final: what it took the library
    Language language = {};                  // that was spoken
    Language translated_to = {};             // that the words are in; empty: the spoken one
    bool is_final = false;
    std::optional<Doubt> doubt = {};  // why a final without words has none
    // Of a final: why there is none at all.
    std::optional<Error> failure = {};
};

class Utterance {
public:
    using Tell = std::function<void(Understood)>;

    // The desk outlives it.
    Utterance(Desk& desk, UtteranceOptions options, Tell tell);

    // 16 kHz, -1 to 1. Throws Failure{TooLarge} when it never ends.
    void push(std::span<const float> sound);
    // Whoever speaks is silent for the moment and may have finished: the final text is made of what there is,
    // so that it is there, or soon will be, when `finish` asks for it.
    void pause();
    // The pause was none.
    void resume();
    // No more sound: the final comes. Once.
    void finish();
    // Until what is under way has been told.
    void wait() const { ticket_.wait(); }
    // Where there is a detector: how much of all sound so far is a voice.
    void set_voice(const VoiceHeard& voice);

private:
    void understand_some(Decoder& decoder, const std::atomic<bool>& abort);
    void understand_all(Decoder& decoder, const std::atomic<bool>& abort);
    void understand_ahead(Decoder& decoder, const std::atomic<bool>& abort);

    // All that has been said so far, decoded as for a final.
    struct Reading {
        Decoding decoding;
        std::chrono::milliseconds begin{0};  // of the sound in the utterance
        std::chrono::milliseconds end{0};
        std::chrono::microseconds computing{0};
    };
    // Nothing when it was aborted.
    std::optional<Reading> read_all(Decoder& decoder, const std::atomic<bool>& abort);
    Understood final_of(Reading reading);
    Understood partial_of(const Decoding& decoding, std::chrono::milliseconds begin,
                          std::chrono::milliseconds end);
    void forget_the_pause();
    bool is_finished_by_the_pause();
    bool nobody_spoke_since(std::chrono::milliseconds end) const;
    // What has to be decoded now, and where it ends in the utterance.
    struct Sound {
        std::vector<float> samples;
        std::chrono::milliseconds end{0};
    };
    Sound sound_to_decode();
    Evidence evidence_in(const Decoding& decoding) const;
    void settle(std::chrono::milliseconds window, const Decoding& decoding);

    Desk& desk_;
    const UtteranceOptions options_;
    const Tell tell_;

    mutable std::mutex mutex_;
    std::vector<float> sound_;  // from `begin_` on
    std::size_t begin_ = 0;     // samples that need not be heard again: all in them is certain
    std::size_t decoded_ = 0;   // samples, when the last decoding began
    std::optional<VoiceHeard> voice_;
    enum class Ahead { None, BeingMade, BeingMadeForTheFinal, Made };
    Ahead ahead_ = Ahead::None;
    Reading read_ahead_;  // in a pause, when it is made

    // Of the desk's thread that has the ticket.
    Agreement agreement_;        // about the sound from `begin_` on
    std::vector<Word> certain_;  // before that
    bool paused_ = false;        // of the caller's thread
    Desk::Ticket ticket_;        // last: goes first, and waits for whoever uses the rest
};

}  // namespace repartee::workers::whisper
