// Gemini's language, without the network: prompts to request bodies, events of its stream to model
// outputs, refusals to errors. Pure functions over strings; whatever comes in, nothing here throws or
// asserts, and nothing that goes out holds the key.
#pragma once

#include "base/error.h"
#include "engines/gemini/gemini_settings.h"
#include "engines/model.h"
#include "engines/whole_characters.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::engines::gemini {

// The settings' base URL with a scheme and without a slash at its end.
std::string url_of(const GeminiSettings& settings);

// The model's own address, followed by `method`: ":streamGenerateContent?alt=sse", or nothing.
std::string model_url(const GeminiSettings& settings, std::string_view method);

// The key without the blanks and line ends that come along when keys are copied.
std::string_view key_of(const GeminiSettings& settings);

// Whether a word is said about thinking: what one model takes another refuses.
enum class SayOfThinking { AsSettingsSay, Nothing };

// The body of POST ...:streamGenerateContent.
std::string generate_body(const GeminiSettings& settings, const Prompt& prompt,
                          SayOfThinking thinking = SayOfThinking::AsSettingsSay);

// Reads the events of one answer, in order.
class AnswerEvents {
public:
    // What the event adds to the answer, in order; the last adds the AnswerEnd. An Error for an event that
    // reports one, that says Gemini would not answer, or that makes no sense: the answer is over then.
    Result<std::vector<ModelOutput>> take(std::string_view event);

    // The body has ended. An Error unless the answer had.
    Result<std::vector<ModelOutput>> take_end();

    // The AnswerEnd has been given. Whatever follows is ignored.
    bool ended() const { return ended_; }

    // It went wrong because Gemini called a skill in a way that makes no sense: another try may do better.
    bool worth_another_try() const { return worth_another_try_; }

private:
    void take_part(const boost::json::object& part, std::vector<ModelOutput>& outputs);
    Result<void> end(std::string_view reason, std::vector<ModelOutput>& outputs);

    WholeCharacters content_;
    int calls_ = 0;
    int prompt_tokens_ = 0;
    int answer_tokens_ = 0;
    bool ended_ = false;
    bool worth_another_try_ = false;
};

// Whether a reply other than 200 is about what was said of thinking: without it the request may succeed.
bool refuses_thinking(int status, std::string_view body);

// The same reply as the error it means for the turn.
Error error_from_reply(int status, std::string_view body, const GeminiSettings& settings);

// For a Gemini that nobody can ask anything: no key, no model.
std::optional<Error> not_set_up(const GeminiSettings& settings);

// For one that does not answer at all.
Error unreachable(const GeminiSettings& settings, std::string detail);

// What a reply to GET for the model says about our chances.
Health health_from_model(int status, std::string_view body, const GeminiSettings& settings);
Health health_when_unreachable(const GeminiSettings& settings, std::string_view why);

}  // namespace repartee::engines::gemini
