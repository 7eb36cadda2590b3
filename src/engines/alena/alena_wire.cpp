#include "engines/alena/alena_wire.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <ranges>

namespace repartee::engines::alena {

namespace json = boost::json;

namespace {

constexpr std::string_view advice = "start the controller, or set ALENA_CONTROLLER_URL to where it listens";

std::optional<json::object> object_in(std::string_view text) {
    json::error_code wrong;
    auto value = json::parse(json::string_view(text.data(), text.size()), wrong);
    if (wrong || !value.is_object()) {
        return std::nullopt;
    }
    return std::move(value.get_object());
}

std::string_view last_words_of_user(const Prompt& prompt) {
    for (const auto& message : std::views::reverse(prompt.messages)) {
        if (message.role == Role::User) {
            return message.content;
        }
    }
    return {};
}

}  // namespace

std::string url_of(const AlenaSettings& settings, std::string_view path) {
    std::string_view base = settings.url;
    while (base.ends_with('/')) {
        base.remove_suffix(1);
    }
    auto scheme = base.find("://") == std::string_view::npos ? "http://" : "";
    return fmt::format("{}{}{}", scheme, base, path);
}

std::optional<std::string> generate_body(const Prompt& prompt) {
    auto words = last_words_of_user(prompt);
    if (words.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        return std::nullopt;
    }
    json::object body{{"prompt", json::string_view(words.data(), words.size())}};
    return json::serialize(body);
}

Result<std::string> answer_in(int status, std::string_view body) {
    auto detail = fmt::format("status {}, {} bytes", status, body.size());
    switch (status) {
        case 200: break;
        case 404:
            return Error{ErrorKind::Unavailable, "There is no Alena controller at its address.", detail};
        case 429:
        case 503: return Error{ErrorKind::Busy, "Alena is busy. Please try again in a moment.", detail};
        default:
            return Error{ErrorKind::ProviderBroke, fmt::format("Alena answered with status {}.", status),
                         detail};
    }
    auto object = object_in(body);
    const auto* response = object ? object->if_contains("response") : nullptr;
    const auto* text = response ? response->if_string() : nullptr;
    if (!text) {
        return Error{ErrorKind::ProviderBroke, "Alena answered something that makes no sense.", detail};
    }
    return std::string(text->data(), text->size());
}

Error unreachable(const AlenaSettings& settings, std::string detail) {
    return {ErrorKind::Unavailable,
            fmt::format("The Alena controller does not answer at {}.", url_of(settings, "")),
            std::move(detail)};
}

Health health_from_reply(int status, std::string_view body, const AlenaSettings& settings) {
    auto url = url_of(settings, "");
    auto object = status == 200 ? object_in(body) : std::nullopt;
    const auto* ok = object ? object->if_contains("ok") : nullptr;
    if (ok && ok->is_bool() && ok->get_bool()) {
        return {.usable = true, .reason = fmt::format("answers at {}", url)};
    }
    return {.usable = false,
            .reason = fmt::format("what answers at {} is not well, or no Alena controller (status {})", url,
                                  status),
            .advice = std::string(advice)};
}

Health health_when_unreachable(const AlenaSettings& settings, std::string_view why) {
    return {.usable = false,
            .reason = fmt::format("does not answer at {} ({})", url_of(settings, ""), why),
            .advice = std::string(advice)};
}

}  // namespace repartee::engines::alena
