// One reply that outlives its synthesiser: when the one that speaks gives up, the next candidate says the
// rest, from the beginning of the last word that was not spoken to its end.
//
// An engine's stream like any other, on its caller's strand. Made by AutomaticSynthesiser where there is
// more than one candidate.
#pragma once

#include "audio/resampler.h"
#include "base/log.h"
#include "engines/roster.h"
#include "engines/synthesiser.h"

#include <deque>
#include <string_view>

namespace repartee::engines {

class TakeoverSpeech final : public SpeechStream {
public:
    // Positions in the roster, at least one, in the order in which they are to try. The roster outlives
    // the stream.
    TakeoverSpeech(Roster& roster, std::deque<std::size_t> candidates, SpeechRequest request, Log log);

    void say(std::string sentence) override;
    void finish() override;
    awaitable<std::optional<SpeechChunk>> next() override;

private:
    void begin_with_next();
    std::size_t where_to_go_on() const;
    void say_again(std::size_t from);
    // The chunk as part of the whole reply; nothing when all of it waits in the resampler.
    std::optional<SpeechChunk> placed(SpeechChunk chunk);
    std::optional<SpeechChunk> rest_of_sound();

    Roster& roster_;
    std::deque<std::size_t> untried_;
    SpeechRequest request_;
    Log log_;
    std::size_t at_ = 0;  // position of the one that speaks
    std::unique_ptr<SpeechStream> stream_;

    std::string said_;               // all text so far; bounded by the reply
    std::vector<std::size_t> ends_;  // of the sentences in it
    std::size_t begin_ = 0;          // of the present speaker's text in `said_`
    std::size_t spoken_ = 0;         // bytes of `said_`
    int rate_ = 0;                   // Hz, of the first chunk; the reply keeps it
    std::optional<audio::Resampler> resampler_;
    bool finished_ = false;
    bool over_ = false;
};

// Where the word begins in which byte `at` lies; `at` itself between two words. A text without spaces
// near is taken up at the character.
std::size_t beginning_of_word(std::string_view text, std::size_t at);

}  // namespace repartee::engines
