// One utterance that outlives its recogniser: when the one that listens gives up, the next candidate
// hears all of the sound from its beginning and goes on with it.
//
// An engine's stream like any other, on its caller's strand. Made by AutomaticRecogniser where there is
// more than one candidate.
#pragma once

#include "base/log.h"
#include "engines/recogniser.h"
#include "engines/roster.h"

#include <deque>

namespace repartee::engines {

// How much sound is kept for whoever takes over: 10 MB. An utterance that goes on for longer is let go,
// and from then on fails with its recogniser.
inline constexpr auto longest_replay = std::chrono::minutes(5);

class TakeoverHearing final : public RecogniserStream {
public:
    // Positions in the roster, at least one, in the order in which they are to try. The roster outlives
    // the stream.
    TakeoverHearing(Roster& roster, std::deque<std::size_t> candidates, RecognitionRequest request, Log log);

    void push(std::span<const audio::Sample> samples) override;
    void pause() override { stream_->pause(); }
    void resume() override { stream_->resume(); }
    void finish() override;
    awaitable<std::optional<Transcript>> next() override;

private:
    void begin_with_next();
    void keep(std::span<const audio::Sample> samples);

    Roster& roster_;
    std::deque<std::size_t> untried_;
    const RecognitionRequest request_;
    Log log_;
    std::size_t at_ = 0;  // position of the one that listens
    std::unique_ptr<RecogniserStream> stream_;
    std::vector<audio::Sample> kept_;  // the whole utterance, as long as somebody could take over
    bool replayable_ = true;
    bool finished_ = false;
    bool over_ = false;
};

// Whether a candidate that failed so would only keep the next user waiting as well.
bool is_lasting(ErrorKind kind);

}  // namespace repartee::engines
