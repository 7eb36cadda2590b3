// The decoders, the threads they work on, and the utterances that want them.
//
// A thread has one decoder and serves one utterance at a time: from the moment it takes it up until
// it is finished, given up by its owner, or has to make room for another (schedule.h). Decoders
// are made when they are first needed, so a server on which one person speaks at a time has one.
//
// Audio is kept from the beginning of the present section (transcription.h), half a minute at most,
// while a decoder keeps up with it. An utterance that waits for a decoder keeps all that it was sent.
#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "engines/pocketsphinx/outbox.h"
#include "engines/pocketsphinx/schedule.h"
#include "engines/pocketsphinx/transcription.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

namespace repartee::engines::pocketsphinx {

// Two owners: the stream that the client feeds, and the pool until the utterance is over.
// Its fields are the pool's, but for the outbox, which has a lock of its own.
struct Utterance {
    explicit Utterance(bool with_partials) : partials(with_partials) {}

    const bool partials;
    Outbox outbox;

    std::deque<audio::Sample> audio;  // from `progress.samples` on
    std::size_t given = 0;            // how much of it the present decoder has been given
    std::size_t received = 0;         // samples in all
    std::size_t told = 0;             // samples up to which partials have been told
    Standing standing;
    bool over = false;
    std::condition_variable_any news;  // for the thread that serves it

    // Belongs to the thread that serves it, while one does.
    Progress progress;
};

// All functions from any thread; none blocks but `prepare` and the destructor.
class DecoderPool {
public:
    // `clock` must be one that several threads may ask.
    // `waited`: told how long each utterance that was over waited for a decoder (engines/place_waits.h);
    // empty: nobody wants to know. Called with a lock held.
    DecoderPool(const Settings& settings, Clock& clock, Log log, std::function<void(Duration)> waited = {});
    // Waits for the threads, each of which stops after its present step.
    ~DecoderPool();

    DecoderPool(const DecoderPool&) = delete;
    DecoderPool& operator=(const DecoderPool&) = delete;

    // Makes the first decoder unless there is one. Throws Failure{Unavailable}. Blocks.
    void prepare();

    std::shared_ptr<Utterance> open(bool partials, Urgency urgency);
    void push(Utterance& utterance, std::span<const audio::Sample> samples);
    void finish(Utterance& utterance);
    void abandon(Utterance& utterance);

    std::size_t most_decoders() const { return most_decoders_; }

private:
    using Lock = std::unique_lock<std::mutex>;

    void serve(const std::stop_token& stop);
    std::shared_ptr<Utterance> next_utterance(Lock& lock, const std::stop_token& stop);
    void transcribe(Lock& lock, Decoder& decoder, Utterance& utterance, const std::stop_token& stop);
    std::unique_ptr<Decoder> take_decoder();
    std::unique_ptr<Decoder> make_decoder();

    void note_wait(Duration waited) const;
    void arrange();
    void turn_away_late();
    void end(Utterance& utterance);
    std::vector<Standing> standings() const;
    Utterance& at(std::size_t index) const;

    const Settings settings_;
    const std::size_t most_decoders_;
    Clock& clock_;
    const Log log_;
    const std::function<void(Duration)> waited_;

    std::mutex mutex_;
    std::condition_variable_any work_;                  // for threads without an utterance
    std::size_t free_threads_ = 0;                      // of those, how many
    std::list<std::shared_ptr<Utterance>> utterances_;  // in the order of their beginning
    std::vector<std::unique_ptr<Decoder>> spare_;       // made and on no thread
    bool prepared_ = false;                             // a decoder exists or is being made
    std::vector<std::jthread> threads_;

    std::mutex making_;  // never taken with mutex_ held, nor the other way round
    // Why no decoder can be made of the models, though the files are there. Not tried twice, since
    // each attempt leaves behind what it had read.
    std::optional<Error> unusable_;
};

}  // namespace repartee::engines::pocketsphinx
