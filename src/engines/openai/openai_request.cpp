// A prompt as the body of a request.
#include "engines/calls_in_words.h"
#include "engines/json_parts.h"
#include "engines/openai/openai_wire.h"
#include "engines/paired_calls.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace repartee::engines::openai {

namespace json = boost::json;

namespace {

// More make OpenAI refuse the request.
constexpr std::size_t most_stop_words = 4;

json::object call_object(const SkillCall& call) {
    json::object object{
        {"id", call.id},
        {"type", "function"},
        {"function", json::object{{"name", call.name}, {"arguments", json::serialize(call.arguments)}}}};
    // Gemini's signatures, through a façade that speaks this language.
    if (const auto* extra = object_at(call.extras, "extra_content")) {
        object["extra_content"] = *extra;
    }
    return object;
}

json::object message_object(const Message& message) {
    json::object object;
    switch (message.role) {
        case Role::System: object["role"] = "system"; break;
        case Role::User: object["role"] = "user"; break;
        case Role::Assistant: object["role"] = "assistant"; break;
        case Role::Skill: object["role"] = "tool"; break;
    }
    object["content"] = message.content;
    if (message.role == Role::Skill) {
        object["tool_call_id"] = message.call_id;
    }
    if (!message.calls.empty()) {
        json::array calls;
        for (const auto& call : message.calls) {
            calls.push_back(call_object(call));
        }
        object["tool_calls"] = std::move(calls);
    }
    return object;
}

json::object tool_object(const SkillSchema& skill) {
    return {{"type", "function"},
            {"function", json::object{{"name", skill.name},
                                      {"description", skill.description},
                                      {"parameters", skill.parameters}}}};
}

void add_sampling(json::object& body, const SamplingOptions& sampling, const Refusals& refusals) {
    if (!refusals.sampling) {
        if (sampling.temperature) {
            body["temperature"] = *sampling.temperature;
        }
        if (sampling.top_p) {
            body["top_p"] = *sampling.top_p;
        }
    }
    if (sampling.max_tokens) {
        body[refusals.max_tokens ? "max_completion_tokens" : "max_tokens"] = *sampling.max_tokens;
    }
    if (sampling.seed) {
        body["seed"] = *sampling.seed;
    }
    if (!sampling.stop.empty()) {
        auto count = std::min(sampling.stop.size(), most_stop_words);
        body["stop"] =
            json::array(sampling.stop.begin(), sampling.stop.begin() + static_cast<std::ptrdiff_t>(count));
    }
}

// The effort to ask for: "none" for no thinking at all.
std::string effort_of(const OpenAiSettings& settings, const Refusals& refusals) {
    if (settings.thinking != "off") {
        return settings.thinking;
    }
    return refusals.no_thinking_at_all ? "low" : "none";
}

void add_thinking(json::object& body, const OpenAiSettings& settings, std::string_view model,
                  const Refusals& refusals) {
    if (settings.thinking == "model" || refusals.thinking) {
        return;
    }
    const bool thinks = settings.thinking != "off";
    switch (thinking_switch(settings, model)) {
        case ThinkingSwitch::None: break;
        case ThinkingSwitch::ReasoningEffort: body["reasoning_effort"] = effort_of(settings, refusals); break;
        case ThinkingSwitch::Reasoning: body["reasoning"] = json::object{{"enabled", thinks}}; break;
        case ThinkingSwitch::ChatTemplate:
            body["chat_template_kwargs"] = json::object{{"enable_thinking", thinks}};
            break;
        case ThinkingSwitch::Thinking:
            body["thinking"] = json::object{{"type", thinks ? "enabled" : "disabled"}};
            break;
        case ThinkingSwitch::EnableThinking: body["enable_thinking"] = thinks; break;
        case ThinkingSwitch::DisableReasoning: body["disable_reasoning"] = !thinks; break;
    }
}

}  // namespace

std::string chat_body(const OpenAiSettings& settings, std::string_view model, const Prompt& wanted,
                      const Refusals& refusals, const json::object& extras) {
    std::optional<Prompt> in_words;
    const Prompt& prompt = refusals.skills ? in_words.emplace(with_calls_in_words(wanted)) : wanted;
    json::array messages;
    for (const auto& message : with_paired_calls(prompt.messages)) {
        messages.push_back(message_object(message));
    }
    json::object body{{"model", model}, {"messages", std::move(messages)}, {"stream", true}};
    if (!prompt.skills.empty()) {
        json::array tools;
        for (const auto& skill : prompt.skills) {
            tools.push_back(tool_object(*skill));
        }
        body["tools"] = std::move(tools);
    }
    add_sampling(body, prompt.sampling, refusals);
    add_thinking(body, settings, model, refusals);
    for (const auto& extra : extras) {
        body[extra.key()] = extra.value();
    }
    return json::serialize(body);
}

bool forbids_thinking(const OpenAiSettings& settings, std::string_view model, const Refusals& refusals) {
    return settings.thinking == "off" && !refusals.thinking && !refusals.no_thinking_at_all &&
           thinking_switch(settings, model) != ThinkingSwitch::None;
}

}  // namespace repartee::engines::openai
