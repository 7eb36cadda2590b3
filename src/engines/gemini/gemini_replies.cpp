// Replies that are no answer: refusals, and what Gemini says about a model.
#include "engines/gemini/gemini_wire.h"
#include "engines/json_parts.h"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace repartee::engines::gemini {

namespace json = boost::json;

namespace {

std::string complaint_in(std::string_view body) {
    auto object = object_in(body);
    const auto* error = object ? object_at(*object, "error") : nullptr;
    return error ? std::string(text_at(*error, "message")) : std::string();
}

// Goes to people and into the log: whole characters, of bounded length, and not the key.
std::string fit_to_show(std::string complaint, const GeminiSettings& settings) {
    auto key = key_of(settings);
    for (auto at = key.empty() ? std::string::npos : complaint.find(key); at != std::string::npos;
         at = complaint.find(key, at + 3)) {
        complaint.replace(at, key.size(), "***");
    }
    return short_complaint(complaint);
}

// Gemini says of a key it does not know that the request is wrong, with status 400.
bool is_about_the_key(int status, std::string_view body) {
    return status == 401 || status == 403 ||
           (status == 400 && (body.find("API_KEY_INVALID") != std::string_view::npos ||
                              body.find("API key") != std::string_view::npos));
}

std::string key_advice(const GeminiSettings& settings) {
    return fmt::format("set {} to a key that is valid there", settings.names.api_key);
}

}  // namespace

bool refuses_thinking(int status, std::string_view body) {
    auto complaint = complaint_in(body);
    return status == 400 && (complaint.find("hinking") != std::string::npos);
}

Error error_from_reply(int status, std::string_view body, const GeminiSettings& settings) {
    if (is_about_the_key(status, body)) {
        // What it says may quote a part of the key.
        return {ErrorKind::Unavailable,
                fmt::format("Gemini refuses the key. Please {}.", key_advice(settings)),
                fmt::format("status {}", status)};
    }
    auto complaint = fit_to_show(complaint_in(body), settings);
    auto detail = fmt::format("status {}: {}", status, complaint);
    switch (status) {
        case 404:
            return {ErrorKind::Unavailable,
                    fmt::format("Gemini has no model '{}' ({}), or is not at {} ({}).", settings.model,
                                settings.names.model, url_of(settings), settings.names.base_url),
                    detail};
        case 408:
        case 504: return {ErrorKind::ProviderLate, "Gemini took too long to answer.", detail};
        case 429:
        case 503: return {ErrorKind::Busy, "Gemini is busy. Please try again in a moment.", detail};
        default:
            return {ErrorKind::ProviderBroke,
                    complaint.empty() ? fmt::format("Gemini answered with status {}.", status)
                                      : fmt::format("Gemini gave up: {}", complaint),
                    detail};
    }
}

std::optional<Error> not_set_up(const GeminiSettings& settings) {
    if (key_of(settings).empty()) {
        return Error{
            ErrorKind::Unavailable, fmt::format("Gemini wants a key. Please {}.", key_advice(settings)), {}};
    }
    if (settings.model.empty()) {
        return Error{ErrorKind::Unavailable,
                     fmt::format("Please set {} to one of Gemini's models.", settings.names.model),
                     {}};
    }
    return std::nullopt;
}

Error unreachable(const GeminiSettings& settings, std::string detail) {
    return {ErrorKind::Unavailable, fmt::format("Gemini does not answer at {}.", url_of(settings)),
            std::move(detail)};
}

Health health_from_model(int status, std::string_view body, const GeminiSettings& settings) {
    if (status == 429) {
        return {.usable = true, .reason = fmt::format("answers at {}, and is busy", url_of(settings))};
    }
    if (is_about_the_key(status, body)) {
        return {.usable = false, .reason = "Gemini refuses the key", .advice = key_advice(settings)};
    }
    auto object = status == 200 ? object_in(body) : std::nullopt;
    if (object && !text_at(*object, "name").empty()) {
        return {.usable = true,
                .reason = fmt::format("answers at {} with {}", url_of(settings), settings.model)};
    }
    if (status == 404) {
        return {.usable = false,
                .reason = fmt::format("Gemini at {} has no model '{}'", url_of(settings), settings.model),
                .advice = fmt::format("set {} to one it has", settings.names.model)};
    }
    return {.usable = false,
            .reason = fmt::format("what answers at {} is not Gemini, or not well (status {})",
                                  url_of(settings), status),
            .advice = fmt::format("check {}", settings.names.base_url)};
}

Health health_when_unreachable(const GeminiSettings& settings, std::string_view why) {
    return {.usable = false,
            .reason = fmt::format("Gemini does not answer at {} ({})", url_of(settings), why),
            .advice = fmt::format("check {} and the network", settings.names.base_url)};
}

}  // namespace repartee::engines::gemini
