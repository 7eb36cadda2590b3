// Speech to text. One stream is one utterance.
//
//     auto ear = recogniser.start({.language = "en"});
//     ear->push(samples);  ...  ear->finish();
//     while (auto heard = co_await ear->next()) { ... }   // partials, then one final, then the end
//                                                         // destroying it means: stop now
#pragma once

#include "audio/pcm.h"
#include "base/error.h"
#include "engines/engine.h"
#include "vocabulary/transcript.h"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace repartee::engines {

struct RecogniserCapabilities {
    std::vector<Language> languages;  // empty: any
    bool partials = false;            // whether text comes before `finish`
    // What else than the spoken language the text can be in; empty: nothing.
    std::vector<Language> translates_to = {};
    bool translates_to_any = false;  // because a language model does
};

// Who waits for it. Engines that have more to do than places let the live ones go first.
enum class Urgency {
    Live,  // somebody who talks with us right now
    Job,   // an upload that is asked about from time to time; its owner has a deadline of its own
};

struct RecognitionRequest {
    Language language = {};      // that is spoken; empty: the engine decides
    Language translate_to = {};  // that the text is to be in; empty: the spoken one
    bool partials = false;       // whether anybody will read them; without, only the final comes
    Urgency urgency = Urgency::Live;
};

// Whether the text is to be in another language than what is spoken, as far as that is known.
bool wants_translation(const RecognitionRequest& request);

// Whether an engine understands the language, and translates where that is wanted.
bool understands(const RecogniserCapabilities& capabilities, const RecognitionRequest& request);
bool translates(const RecogniserCapabilities& capabilities, const RecognitionRequest& request);

// What an engine that does not translate says of a request to do so. `who`: "Soniox".
Error lacks_translation(std::string_view who, const RecognitionRequest& request);

// All calls on the strand that called `start`.
class RecogniserStream {
public:
    // Stops at once and frees the engine's place; never blocks for longer than it takes the engine
    // to notice (tens of milliseconds of its own thread, none of ours).
    virtual ~RecogniserStream() = default;

    // 16 kHz mono. Copies what it keeps; never blocks. Anything after `finish` is ignored.
    virtual void push(std::span<const audio::Sample> samples) = 0;

    // Whoever speaks is silent for the moment and may have finished; sound goes on coming. An engine for
    // which a final takes long may begin it, and forgets it when they resume. A hint: neither has to be said.
    virtual void pause() {}
    virtual void resume() {}

    // No more audio: what is still to be understood comes out of `next`, ended by one final.
    virtual void finish() = 0;

    // The next transcript; nothing after the final. Throws Failure when the engine gives up:
    // Busy when no place came free in time, ProviderBroke or ProviderLate for a peer's faults.
    // Cancelling throws operation_aborted and ends the stream.
    virtual awaitable<std::optional<Transcript>> next() = 0;
};

class Recogniser : public Engine {
public:
    virtual RecogniserCapabilities capabilities() const = 0;
    // A language or a translation that it lacks: `next` throws Failure{Unsupported}. Where a translation was
    // asked for, the final's `translated_to` says whether it is one.
    virtual std::unique_ptr<RecogniserStream> start(const RecognitionRequest& request) = 0;
};

}  // namespace repartee::engines
