#include "engines/ollama/ollama_wire.h"

#include "engines/calls_in_words.h"
#include "engines/json_parts.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace repartee::engines::ollama {

namespace json = boost::json;

namespace {

// "300" is a number of seconds to Ollama, "5m" a text.
json::value keep_alive_value(const std::string& keep_alive) {
    std::int64_t seconds = 0;
    auto end = keep_alive.data() + keep_alive.size();
    auto [stopped, wrong] = std::from_chars(keep_alive.data(), end, seconds);
    if (wrong == std::errc() && stopped == end) {
        return seconds;
    }
    return json::value(keep_alive);
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
        object["tool_name"] = message.skill;
        object["tool_call_id"] = message.call_id;
    }
    if (message.role == Role::Assistant && !message.calls.empty()) {
        json::array calls;
        for (const auto& call : message.calls) {
            calls.push_back(
                json::object{{"id", call.id},
                             {"function", json::object{{"name", call.name}, {"arguments", call.arguments}}}});
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

json::object options_object(const OllamaSettings& settings, const SamplingOptions& sampling) {
    json::object options;
    auto set = [&](std::string_view name, const auto& value) {
        if (value) {
            options[name] = *value;
        }
    };
    set("temperature", sampling.temperature);
    set("top_p", sampling.top_p);
    set("top_k", sampling.top_k);
    set("num_predict", sampling.max_tokens);
    set("seed", sampling.seed);
    if (!sampling.stop.empty()) {
        options["stop"] = json::array(sampling.stop.begin(), sampling.stop.end());
    }
    if (settings.context_size > 0) {
        options["num_ctx"] = settings.context_size;
    }
    return options;
}

// Ollama says {"error":"..."}, its façade and some proxies {"error":{"message":"..."}}.
std::string complaint_in(const json::object& object) {
    auto complaint = text_at(object, "error");
    if (const auto* nested = object_at(object, "error")) {
        complaint = text_at(*nested, "message");
    }
    return short_complaint(complaint);
}

std::string complaint_in(std::string_view body) {
    auto object = object_in(body);
    return object ? complaint_in(*object) : std::string();
}

// An object, save from servers that write it down as text.
json::object arguments_of(const json::object& function) {
    if (const auto* arguments = object_at(function, "arguments")) {
        return *arguments;
    }
    return object_in(text_at(function, "arguments")).value_or(json::object());
}

std::string with_tag(std::string_view model) {
    return model.find(':') == std::string_view::npos ? fmt::format("{}:latest", model) : std::string(model);
}

}  // namespace

std::string url_of(const OllamaSettings& settings, std::string_view path) {
    std::string_view base = settings.base_url;
    while (base.ends_with('/')) {
        base.remove_suffix(1);
    }
    auto scheme = base.find("://") == std::string_view::npos ? "http://" : "";
    return fmt::format("{}{}{}", scheme, base, path);
}

std::string chat_body(const OllamaSettings& settings, const Prompt& wanted, const Refusals& refusals) {
    std::optional<Prompt> in_words;
    const Prompt& prompt = refusals.skills ? in_words.emplace(with_calls_in_words(wanted)) : wanted;
    json::array messages;
    for (const auto& message : prompt.messages) {
        messages.push_back(message_object(message));
    }
    json::object body{{"model", settings.model}, {"messages", std::move(messages)}, {"stream", true}};
    if (!prompt.skills.empty()) {
        json::array tools;
        for (const auto& skill : prompt.skills) {
            tools.push_back(tool_object(*skill));
        }
        body["tools"] = std::move(tools);
    }
    if (settings.think != "model" && !refusals.thinking) {
        if (settings.think == "on" || settings.think == "off") {
            body["think"] = settings.think == "on";
        } else {
            body["think"] = settings.think;
        }
    }
    if (auto options = options_object(settings, prompt.sampling); !options.empty()) {
        body["options"] = std::move(options);
    }
    if (!settings.keep_alive.empty()) {
        body["keep_alive"] = keep_alive_value(settings.keep_alive);
    }
    return json::serialize(body);
}

Result<std::vector<ModelOutput>> AnswerLines::take(std::string_view line) {
    std::vector<ModelOutput> outputs;
    if (ended_ || line.find_first_not_of(" \t\r") == std::string_view::npos) {
        return outputs;
    }
    auto object = object_in(line);
    if (!object) {
        return Error{ErrorKind::ProviderBroke, "Ollama answered something that makes no sense.",
                     fmt::format("no JSON object in a line of {} bytes", line.size())};
    }
    if (object->contains("error")) {
        return Error{ErrorKind::ProviderBroke, fmt::format("Ollama gave up: {}", complaint_in(*object)),
                     "error line in the stream"};
    }
    ended_ = flag_at(*object, "done");

    std::string thoughts;
    std::string content;
    if (const auto* message = object_at(*object, "message")) {
        thoughts = thoughts_.take(text_at(*message, "thinking"));
        content = content_.take(text_at(*message, "content"));
    }
    if (ended_) {
        thoughts += thoughts_.finish();
        content += content_.finish();
    }
    if (!thoughts.empty()) {
        outputs.push_back(ReasoningDelta{std::move(thoughts)});
    }
    if (!content.empty()) {
        outputs.push_back(TextDelta{std::move(content)});
    }

    const auto* message = object_at(*object, "message");
    if (const auto* calls = message ? array_at(*message, "tool_calls") : nullptr) {
        for (const auto& call : *calls) {
            const auto* entry = call.if_object();
            const auto* function = entry ? object_at(*entry, "function") : nullptr;
            auto name = function ? text_at(*function, "name") : std::string_view();
            if (name.empty()) {
                continue;  // a call of nothing cannot be answered
            }
            ++calls_;
            auto id = std::string(text_at(*entry, "id"));
            outputs.push_back(SkillCall{.id = id.empty() ? fmt::format("call_{}", calls_) : std::move(id),
                                        .name = std::string(name),
                                        .arguments = arguments_of(*function)});
        }
    }

    if (ended_) {
        // Ollama says "stop" whether or not it has called skills.
        auto reason = calls_ > 0 ? "skill" : text_at(*object, "done_reason") == "length" ? "length" : "stop";
        outputs.push_back(AnswerEnd{.reason = reason,
                                    .prompt_tokens = count_at(*object, "prompt_eval_count"),
                                    .answer_tokens = count_at(*object, "eval_count")});
    }
    return outputs;
}

Refusals refusals_in(int status, std::string_view body) {
    if (status != 400) {
        return {};
    }
    auto complaint = complaint_in(body);
    return {.skills = complaint.find("does not support tools") != std::string::npos,
            .thinking = complaint.find("does not support thinking") != std::string::npos};
}

Error error_from_reply(int status, std::string_view body, const OllamaSettings& settings) {
    auto complaint = complaint_in(body);
    auto detail = fmt::format("status {}: {}", status, complaint);
    switch (status) {
        case 404:
            return {ErrorKind::Unavailable,
                    fmt::format("Ollama has no model '{0}'. Type: ollama pull {0}", settings.model), detail};
        case 429:
        case 503: return {ErrorKind::Busy, "Ollama is busy. Please try again in a moment.", detail};
        default:
            return {ErrorKind::ProviderBroke,
                    complaint.empty() ? fmt::format("Ollama answered with status {}.", status)
                                      : fmt::format("Ollama gave up: {}", complaint),
                    detail};
    }
}

Error unreachable(const OllamaSettings& settings, std::string detail) {
    return {ErrorKind::Unavailable,
            fmt::format("Ollama does not answer at {}. Start it with: ollama serve", url_of(settings, "")),
            std::move(detail)};
}

Health health_from_tags(int status, std::string_view body, const OllamaSettings& settings) {
    auto url = url_of(settings, "");
    auto object = status == 200 ? object_in(body) : std::nullopt;
    const auto* models = object ? array_at(*object, "models") : nullptr;
    if (!models) {
        return {.usable = false,
                .reason = fmt::format("what answers at {} is not Ollama (status {})", url, status),
                .advice = "set OLLAMA_BASE_URL to where Ollama listens"};
    }
    auto wanted = with_tag(settings.model);
    auto is_wanted = [&](const json::value& model) {
        const auto* entry = model.if_object();
        return entry &&
               (with_tag(text_at(*entry, "name")) == wanted || with_tag(text_at(*entry, "model")) == wanted);
    };
    if (std::ranges::any_of(*models, is_wanted)) {
        return {.usable = true, .reason = fmt::format("answers at {} with {}", url, settings.model)};
    }
    return {.usable = false,
            .reason = fmt::format("Ollama at {} has no model '{}'", url, settings.model),
            .advice = fmt::format("ollama pull {}", settings.model)};
}

Health health_when_unreachable(const OllamaSettings& settings, std::string_view why) {
    return {.usable = false,
            .reason = fmt::format("Ollama does not answer at {} ({})", url_of(settings, ""), why),
            .advice = fmt::format("install Ollama (ollama.com), then type: ollama serve, and: ollama pull {}",
                                  settings.model)};
}

}  // namespace repartee::engines::ollama
