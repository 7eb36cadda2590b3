// The language of POST /chat/completions, without the network: prompts to request bodies, events of its
// stream to model outputs, refusals to errors. Pure functions over strings; whatever comes in, nothing
// here throws or asserts, and nothing that goes out holds the key.
#pragma once

#include "base/error.h"
#include "engines/model.h"
#include "engines/openai/openai_settings.h"
#include "engines/whole_characters.h"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::engines::openai {

// What the server has turned down; it is not asked for that again.
struct Refusals {
    bool skills = false;
    bool no_thinking_at_all = false;  // it thinks a little at least: asked for "low" instead of "none"
    bool thinking = false;            // any word about it
    bool sampling = false;            // temperature and top_p
    bool max_tokens = false;          // under that name: it wants max_completion_tokens

    bool any() const { return skills || no_thinking_at_all || thinking || sampling || max_tokens; }
    // Whether `more` holds what is not in here.
    bool lacks(const Refusals& more) const;
    void add(const Refusals& more);
};

// The ways in which servers are told whether to think, by the request member.
enum class ThinkingSwitch {
    None,              // not told
    ReasoningEffort,   // "reasoning_effort": "none"        OpenAI, DeepInfra, Ollama
    Reasoning,         // "reasoning": {"enabled": false}   Together, OpenRouter
    ChatTemplate,      // "chat_template_kwargs": {...}     vLLM, SGLang, llama.cpp
    Thinking,          // "thinking": {"type": "disabled"}  z.ai
    EnableThinking,    // "enable_thinking": false          Alibaba
    DisableReasoning,  // "disable_reasoning": true         Cerebras
};

// By the server's address and the model's name, unless the settings say. Servers of unknown make are told
// for GLM and Qwen alone: both think unless told not to, and for others the strict ones refuse the member.
ThinkingSwitch thinking_switch(const OpenAiSettings& settings, std::string_view model);

// The settings' base URL as the wire wants it, followed by `path`: with a scheme, with /v1 where it has
// no path at all, and without /chat/completions or a slash at its end.
std::string url_of(const OpenAiSettings& settings, std::string_view path);

// What people call the server: "OpenAI", or host and port.
std::string peer_of(const OpenAiSettings& settings);

// The settings' model, or what the server is known to have; empty: it has to be asked.
std::string model_of(const OpenAiSettings& settings);

// The key without the blanks and line ends that come along when keys are copied.
std::string_view key_of(const OpenAiSettings& settings);

// The body of POST /chat/completions, with the `extras` as they are.
std::string chat_body(const OpenAiSettings& settings, std::string_view model, const Prompt& prompt,
                      const Refusals& refusals, const boost::json::object& extras = {});

// Whether such a body tells the model not to think.
bool forbids_thinking(const OpenAiSettings& settings, std::string_view model, const Refusals& refusals);

// Reads the events of one answer, in order.
class AnswerEvents {
public:
    // `peer` for messages. `thinking_forbidden`: a model that was told not to think and has answered with
    // thoughts alone meant them as the answer: some servers mistake the one for the other.
    AnswerEvents(std::string peer, bool thinking_forbidden)
        : peer_(std::move(peer)), thinking_forbidden_(thinking_forbidden) {}

    // What the event adds to the answer, in order. Skill calls come whole, before the AnswerEnd. An Error
    // for an event that reports one or makes no sense: the answer is over then.
    Result<std::vector<ModelOutput>> take(std::string_view event);

    // The body has ended. An Error unless the answer had.
    Result<std::vector<ModelOutput>> take_end();

    // The AnswerEnd has been given. Whatever follows is ignored.
    bool ended() const { return ended_; }

private:
    struct Call {
        std::optional<std::int64_t> index;
        std::string id;
        std::string name;
        std::string arguments;  // JSON, in pieces
        boost::json::object extras;
    };

    void take_counts(const boost::json::object& event);
    Result<void> take_call_piece(const boost::json::object& piece);
    Call& call_for(const boost::json::object& piece);
    Result<void> end(std::string_view reason, std::vector<ModelOutput>& outputs);
    void end_calls(bool cut_short, std::vector<ModelOutput>& outputs);

    const std::string peer_;
    const bool thinking_forbidden_;
    WholeCharacters content_;
    WholeCharacters thoughts_;
    std::string all_thoughts_;  // kept while they may turn out to be the answer
    bool said_anything_ = false;
    std::vector<Call> calls_;
    std::size_t argument_bytes_ = 0;
    int given_calls_ = 0;
    int prompt_tokens_ = 0;
    int answer_tokens_ = 0;
    int cached_tokens_ = 0;
    bool ended_ = false;
};

// What a reply other than 200 turns down, if that is what it is about: a request without it may succeed.
Refusals refusals_in(int status, std::string_view body);

// The same reply as the error it means for the turn.
Error error_from_reply(int status, std::string_view body, const OpenAiSettings& settings,
                       std::string_view model);

// For a server that nobody can ask anything: no key, no model.
std::optional<Error> not_set_up(const OpenAiSettings& settings);

// For one that does not answer at all.
Error unreachable(const OpenAiSettings& settings, std::string detail);

// The models in a reply to GET /models; nothing when it is no such list.
std::optional<std::vector<std::string>> models_in(std::string_view body);

// The one to ask where none is configured: the first that is made for talking; empty: there is none.
std::string first_model(const std::vector<std::string>& models);

// What a reply to GET /models says about our chances. `model` is the one that would be asked.
Health health_from_models(int status, std::string_view body, const OpenAiSettings& settings,
                          std::string_view model);
Health health_when_unreachable(const OpenAiSettings& settings, std::string_view why);

}  // namespace repartee::engines::openai
