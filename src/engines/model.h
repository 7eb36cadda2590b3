// Language models: messages in, text and skill calls out. One stream is one answer.
//
//     auto answer = model.start(prompt);
//     while (auto output = co_await answer->next()) { ... }   // destroying it means: stop now
#pragma once

#include "engines/engine.h"
#include "vocabulary/message.h"

#include <chrono>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace repartee::engines {

// Only what is known everywhere and range-checked; engines ignore what they cannot do.
struct SamplingOptions {
    std::optional<double> temperature = {};  // 0 to 2
    std::optional<double> top_p = {};        // 0 to 1
    std::optional<int> top_k = {};           // 1 and up
    std::optional<int> max_tokens = {};      // of the answer
    std::optional<std::int64_t> seed = {};
    std::vector<std::string> stop = {};
};

struct Prompt {
    std::vector<Message> messages;  // oldest first; the last is what is to be answered
    // What the model may ask for. An engine that finds out that its model cannot be given them says them in
    // words (calls_in_words.h).
    std::vector<SharedSchema> skills = {};
    SamplingOptions sampling = {};
};

struct TextDelta {
    std::string text;  // whole UTF-8 characters
};
struct ReasoningDelta {
    std::string text;  // the model thinking aloud: never shown as the answer, never spoken
};
struct AnswerEnd {
    std::string reason = "stop";  // "stop", "length", "skill"
    int prompt_tokens = 0;        // 0: unknown
    int answer_tokens = 0;
    int cached_tokens = 0;  // of the prompt's: read before, and not read again
};
using ModelOutput = std::variant<TextDelta, ReasoningDelta, SkillCall, AnswerEnd>;

// All calls on the strand that called `start`.
class ModelStream {
public:
    // Stops the generation: an upstream connection is closed, not drained.
    virtual ~ModelStream() = default;

    // Text and calls in order, ended by one AnswerEnd and then nothing. Throws Failure:
    // Unavailable when the peer cannot be reached or lacks the model, ProviderBroke, ProviderLate.
    // Cancelling throws operation_aborted and ends the stream.
    virtual awaitable<std::optional<ModelOutput>> next() = 0;
};

class Model : public Engine {
public:
    virtual std::unique_ptr<ModelStream> start(Prompt prompt) = 0;

    // A hint: somebody begins to say what will stand behind this prompt, and `start` comes when it has been
    // said. A model that can reads ahead meanwhile, beside everything else. Never blocks, never throws; the
    // next hint supersedes it. Any strand.
    virtual void prepare(const Prompt&) {}
};

}  // namespace repartee::engines
