// Replies that are no answer: refusals, and what a server says about itself.
#include "engines/json_parts.h"
#include "engines/openai/openai_wire.h"
#include "engines/peer_place.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace repartee::engines::openai {

namespace json = boost::json;

namespace {

// Of a list in an advice.
constexpr std::size_t most_names_told = 5;

// {"error":{"message":"..."}}, or a text there, or {"detail":"..."}, or nothing of that kind.
std::string complaint_in(std::string_view body) {
    auto object = object_in(body);
    if (!object) {
        return {};
    }
    const auto* nested = object_at(*object, "error");
    auto complaint = nested ? text_at(*nested, "message") : text_at(*object, "error");
    for (std::string_view key : {"detail", "message"}) {
        complaint = complaint.empty() ? text_at(*object, key) : complaint;
    }
    return std::string(complaint);
}

std::string parameter_in(std::string_view body) {
    auto object = object_in(body);
    const auto* nested = object ? object_at(*object, "error") : nullptr;
    return nested ? std::string(text_at(*nested, "param")) : std::string();
}

// OpenAI's own word for it, and llama.cpp's.
bool is_about_length(std::string_view body) {
    auto object = object_in(body);
    const auto* nested = object ? object_at(*object, "error") : nullptr;
    return nested && (text_at(*nested, "code") == "context_length_exceeded" ||
                      text_at(*nested, "type") == "exceed_context_size_error");
}

// Goes to people and into the log: whole characters, of bounded length, and not the key.
std::string fit_to_show(std::string complaint, const OpenAiSettings& settings) {
    auto key = key_of(settings);
    for (auto at = key.empty() ? std::string::npos : complaint.find(key); at != std::string::npos;
         at = complaint.find(key, at + 3)) {
        complaint.replace(at, key.size(), "***");
    }
    return short_complaint(complaint);
}

bool mentions(const std::string& text, std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(words,
                               [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

std::string lower(std::string text) {
    for (auto& c : text) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return text;
}

std::string key_advice(const OpenAiSettings& settings) {
    return place_of(url_of(settings, "")) == Place::Cloud || key_of(settings).empty()
               ? fmt::format("set {} to a key of that server's", settings.names.api_key)
               : fmt::format("check {}: that server knows another", settings.names.api_key);
}

bool is_listed(const std::vector<std::string>& models, std::string_view model) {
    return std::ranges::find(models, model) != models.end();
}

}  // namespace

bool Refusals::lacks(const Refusals& more) const {
    return (more.skills && !skills) || (more.no_thinking_at_all && !no_thinking_at_all) ||
           (more.thinking && !thinking) || (more.sampling && !sampling) || (more.max_tokens && !max_tokens);
}

void Refusals::add(const Refusals& more) {
    skills |= more.skills;
    no_thinking_at_all |= more.no_thinking_at_all;
    thinking |= more.thinking;
    sampling |= more.sampling;
    max_tokens |= more.max_tokens;
}

Refusals refusals_in(int status, std::string_view body) {
    if (status != 400 && status != 422) {
        return {};
    }
    auto complaint = lower(complaint_in(body) + " " + parameter_in(body));
    if (mentions(complaint, {"max_completion_tokens"})) {
        return {.max_tokens = true};
    }
    if (mentions(complaint, {"temperature", "top_p"})) {
        return {.sampling = true};
    }
    if (mentions(complaint, {"reasoning", "thinking", "chat_template_kwargs"})) {
        // The value or the whole member: OpenAI says which values it supports.
        bool only_the_value = mentions(complaint, {"reasoning_effort", "reasoning.effort"}) &&
                              mentions(complaint, {"'none'", "\"none\""});
        return only_the_value ? Refusals{.no_thinking_at_all = true} : Refusals{.thinking = true};
    }
    bool about_skills = mentions(complaint, {"tool", "function call"});
    bool cannot =
        mentions(complaint, {"not support", "unsupported", "requires --", "not enabled", "not available"});
    return {.skills = about_skills && cannot};
}

Error error_from_reply(int status, std::string_view body, const OpenAiSettings& settings,
                       std::string_view model) {
    auto peer = peer_of(settings);
    auto complaint = fit_to_show(complaint_in(body), settings);
    auto detail = fmt::format("status {}: {}", status, complaint);
    if (status == 400 && is_about_length(body)) {
        return {ErrorKind::TooLarge, fmt::format("{} cannot keep so long a conversation in mind.", peer),
                detail};
    }
    switch (status) {
        case 401:
        case 403:
            // What it says may quote a part of the key.
            return {ErrorKind::Unavailable,
                    fmt::format("{} refuses the key. Please {}.", peer, key_advice(settings)),
                    fmt::format("status {}", status)};
        case 402: return {ErrorKind::Unavailable, fmt::format("{} wants to be paid first.", peer), detail};
        case 404:
            return {ErrorKind::Unavailable,
                    fmt::format("{} has no model '{}' ({}), or speaks another language at {} ({}).", peer,
                                model, settings.names.model, url_of(settings, ""), settings.names.base_url),
                    detail};
        case 408:
        case 504: return {ErrorKind::ProviderLate, fmt::format("{} took too long to answer.", peer), detail};
        case 429:
        case 503:
            return {ErrorKind::Busy, fmt::format("{} is busy. Please try again in a moment.", peer), detail};
        default:
            return {ErrorKind::ProviderBroke,
                    complaint.empty() ? fmt::format("{} answered with status {}.", peer, status)
                                      : fmt::format("{} gave up: {}", peer, complaint),
                    detail};
    }
}

std::optional<Error> not_set_up(const OpenAiSettings& settings) {
    if (place_of(url_of(settings, "")) != Place::Cloud) {
        return std::nullopt;
    }
    if (key_of(settings).empty()) {
        return Error{ErrorKind::Unavailable,
                     fmt::format("{} wants a key. Please {}.", peer_of(settings), key_advice(settings)),
                     {}};
    }
    if (model_of(settings).empty()) {
        return Error{
            ErrorKind::Unavailable,
            fmt::format("Please set {} to one of the models of {}.", settings.names.model, peer_of(settings)),
            {}};
    }
    return std::nullopt;
}

Error unreachable(const OpenAiSettings& settings, std::string detail) {
    return {ErrorKind::Unavailable, fmt::format("No model server answers at {}.", url_of(settings, "")),
            std::move(detail)};
}

std::optional<std::vector<std::string>> models_in(std::string_view body) {
    auto object = object_in(body);
    const auto* data = object ? array_at(*object, "data") : nullptr;
    if (!data) {
        return std::nullopt;
    }
    std::vector<std::string> models;
    for (const auto& entry : *data) {
        const auto* model = entry.if_object();
        if (auto id = model ? text_at(*model, "id") : std::string_view(); !id.empty()) {
            models.emplace_back(id);
        }
    }
    return models;
}

std::string first_model(const std::vector<std::string>& models) {
    auto talks = [](const std::string& model) { return lower(model).find("embed") == std::string::npos; };
    auto found = std::ranges::find_if(models, talks);
    return found != models.end() ? *found : std::string();
}

Health health_from_models(int status, std::string_view body, const OpenAiSettings& settings,
                          std::string_view model) {
    auto url = url_of(settings, "");
    if (status == 401 || status == 403) {
        return {.usable = false,
                .reason = fmt::format("{} refuses the key", peer_of(settings)),
                .advice = key_advice(settings)};
    }
    if (status == 429) {
        return {.usable = true, .reason = fmt::format("answers at {}, and is busy", url)};
    }
    auto models = status == 200 ? models_in(body) : std::nullopt;
    // A server may know how to chat and not how to tell what it has.
    if (!models && (status == 404 || status == 405) && !model.empty() && object_in(body)) {
        return {.usable = true, .reason = fmt::format("answers at {}, lists no models", url)};
    }
    if (!models) {
        return {
            .usable = false,
            .reason = fmt::format("what answers at {} is no model server (status {})", url, status),
            .advice = fmt::format("set {} to where it listens, up to and with /v1", settings.names.base_url)};
    }
    auto asked = model.empty() ? first_model(*models) : std::string(model);
    if (asked.empty()) {
        return {.usable = false,
                .reason = fmt::format("the server at {} has no model loaded", url),
                .advice = "load a model there"};
    }
    // Providers serve more than they list: versions, deployments of one's own.
    if (is_listed(*models, asked) || place_of(url) == Place::Cloud) {
        return {.usable = true, .reason = fmt::format("answers at {} with {}", url, asked)};
    }
    models->resize(std::min(models->size(), most_names_told));
    return {
        .usable = false,
        .reason = fmt::format("the server at {} has no model '{}'", url, asked),
        .advice = fmt::format("set {} to one it has: {}", settings.names.model, fmt::join(*models, ", "))};
}

Health health_when_unreachable(const OpenAiSettings& settings, std::string_view why) {
    auto url = url_of(settings, "");
    return {.usable = false,
            .reason = fmt::format("no model server answers at {} ({})", url, why),
            .advice = place_of(url) == Place::Local
                          ? fmt::format("start it, or set {} to where it listens", settings.names.base_url)
                          : fmt::format("check {} and the network", settings.names.base_url)};
}

}  // namespace repartee::engines::openai
