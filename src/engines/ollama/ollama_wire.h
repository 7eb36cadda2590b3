// Ollama's language, without the network: prompts to request bodies, lines of its stream to model
// outputs, refusals to errors. Pure functions over strings; whatever comes in, nothing here throws or
// asserts.
#pragma once

#include "base/error.h"
#include "engines/model.h"
#include "engines/ollama/ollama_settings.h"
#include "engines/whole_characters.h"

#include <string>
#include <string_view>
#include <vector>

namespace repartee::engines::ollama {

// What the model has turned down; it is not asked for that again.
struct Refusals {
    bool skills = false;
    bool thinking = false;
};

// The settings' base URL with a scheme and without a slash at its end, followed by `path`.
std::string url_of(const OllamaSettings& settings, std::string_view path);

// The body of POST /api/chat.
std::string chat_body(const OllamaSettings& settings, const Prompt& prompt, const Refusals& refusals);

// Reads the lines of one answer, in order.
class AnswerLines {
public:
    // What the line adds to the answer, in order; the last line adds the AnswerEnd. An Error of kind
    // ProviderBroke for a line that reports one or makes no sense: the answer is over then.
    Result<std::vector<ModelOutput>> take(std::string_view line);

    // The line that says so has been taken. Whatever follows it is ignored.
    bool ended() const { return ended_; }

private:
    WholeCharacters content_;
    WholeCharacters thoughts_;
    int calls_ = 0;
    bool ended_ = false;
};

// What a reply to /api/chat other than 200 turns down, if that is what it is about: a request without
// it may succeed.
Refusals refusals_in(int status, std::string_view body);

// The same reply as the error it means for the turn.
Error error_from_reply(int status, std::string_view body, const OllamaSettings& settings);

// For a peer that does not answer at all, with what to do about it.
Error unreachable(const OllamaSettings& settings, std::string detail);

// What a reply to GET /api/tags says about our chances.
Health health_from_tags(int status, std::string_view body, const OllamaSettings& settings);
Health health_when_unreachable(const OllamaSettings& settings, std::string_view why);

}  // namespace repartee::engines::ollama
