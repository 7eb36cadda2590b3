// Text to speech. One stream is one reply, said sentence by sentence.
//
//     auto speech = synthesiser.start({.voice = voice});
//     speech->say(sentence);  speech->finish();
//     while (auto chunk = co_await speech->next()) { ... }   // destroying it means: stop now
#pragma once

#include "audio/pcm.h"
#include "engines/engine.h"
#include "vocabulary/voice.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace repartee::engines {

struct SynthesiserCapabilities {
    std::vector<Language> languages;  // empty: any
};

struct SpeechRequest {
    Voice voice = {};
};

struct SpeechChunk {
    std::vector<audio::Sample> samples;  // mono; some tens of milliseconds
    int rate = audio::speech_rate;       // Hz; the same for all chunks of a stream
    // How many bytes of all the text given to `say` so far have been spoken by the end of this
    // chunk. Never goes back; falls on word boundaries where the engine knows them, and is
    // proportional to time within a sentence where it does not. What the user heard is computed
    // from it.
    std::size_t spoken_bytes = 0;
};

// All calls on the strand that called `start`.
class SpeechStream {
public:
    virtual ~SpeechStream() = default;

    // Clean text, see conversation/speech_text.h: words and punctuation only. Never blocks.
    virtual void say(std::string sentence) = 0;

    virtual void finish() = 0;

    // Audio in order; nothing after `finish` and the last sample. Throws Failure as models do.
    // Cancelling throws operation_aborted and ends the stream.
    virtual awaitable<std::optional<SpeechChunk>> next() = 0;
};

class Synthesiser : public Engine {
public:
    virtual SynthesiserCapabilities capabilities() const = 0;
    virtual std::unique_ptr<SpeechStream> start(const SpeechRequest& request) = 0;
};

}  // namespace repartee::engines
