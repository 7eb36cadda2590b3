#include "engines/provider.h"

#include "base/together.h"
#include "engines/json_parts.h"
#include "engines/peer_place.h"
#include "engines/short_wait.h"
#include "engines/whole_characters.h"

#include <fmt/format.h>

#include <algorithm>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::engines {

namespace {

// Enough of a peer's complaint to understand it.
constexpr std::size_t longest_complaint = 300;  // bytes

std::string url_with(std::string_view base, std::string_view path, std::string_view plain,
                     std::string_view secure) {
    while (base.ends_with('/')) {
        base.remove_suffix(1);
    }
    auto colon = base.find("://");
    auto rest = colon == std::string_view::npos ? base : base.substr(colon + 3);
    auto scheme = base.substr(0, colon == std::string_view::npos ? 0 : colon);
    bool is_secure = scheme == "https" || scheme == "wss";
    if (scheme.empty()) {
        is_secure = place_of(fmt::format("http://{}", rest)) == Place::Cloud;
    } else if (!is_secure && scheme != "http" && scheme != "ws") {
        return fmt::format("{}{}", base, path);  // whoever calls it says what is wrong
    }
    return fmt::format("{}://{}{}", is_secure ? secure : plain, rest, path);
}

bool is_plain(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

// The text that people may see: of bounded length, whole characters, one line, without the key.
std::string presentable(std::string_view text, const Secret& key) {
    std::string shown(text);
    if (!key.empty()) {
        for (auto at = shown.find(key.reveal()); at != shown.npos; at = shown.find(key.reveal(), at)) {
            shown.replace(at, key.reveal().size(), "********");
        }
    }
    WholeCharacters characters;
    shown = characters.take(std::string_view(shown).substr(0, longest_complaint));
    std::ranges::replace_if(shown, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
    return shown;
}

std::string with_complaint(std::string sentence, const std::string& complaint) {
    return complaint.empty() ? sentence + "." : fmt::format("{}: {}", sentence, complaint);
}

}  // namespace

std::string http_url(std::string_view base, std::string_view path) {
    return url_with(base, path, "http", "https");
}

std::string socket_url(std::string_view base, std::string_view path) {
    return url_with(base, path, "ws", "wss");
}

std::string query_value(std::string_view text) {
    std::string encoded;
    for (char c : text) {
        if (is_plain(c)) {
            encoded += c;
        } else {
            encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return encoded;
}

bool lacks_key(const Provider& provider) {
    return provider.key.empty() && place_of(http_url(provider.base_url, "")) == Place::Cloud;
}

Error missing_key(const Provider& provider) {
    return {ErrorKind::Unavailable,
            fmt::format("{} needs a key: set {}.", provider.name, provider.key_variable),
            "no key configured"};
}

Health health_without_key(const Provider& provider) {
    return {.usable = false,
            .reason = fmt::format("no key for {}", provider.name),
            .advice = fmt::format("set {}", provider.key_variable)};
}

Health health_when_there(const Provider& provider, std::string_view model) {
    return {.usable = true, .reason = fmt::format("answers at {} with {}", provider.base_url, model)};
}

Health health_after(const Provider& provider, const Error& failure) {
    return {.usable = false,
            .reason = failure.message,
            .advice = fmt::format("check the network, and {}", provider.key_variable)};
}

Error refusal(const Provider& provider, int status, std::string_view complaint) {
    auto said = presentable(complaint, provider.key);
    auto detail = fmt::format("status {}: {}", status, said);
    switch (status) {
        case 401:
        case 403:
            return {ErrorKind::Unavailable,
                    fmt::format("{} does not accept {}: set {} to a valid one.", provider.name,
                                provider.key.empty() ? "requests without a key" : "the key",
                                provider.key_variable),
                    fmt::format("status {}", status)};
        case 402:
            return {ErrorKind::Unavailable, fmt::format("The balance at {} is used up.", provider.name),
                    detail};
        case 408:
            return {ErrorKind::ProviderBroke, fmt::format("{} gave up waiting for us.", provider.name),
                    detail};
        case 413:
            return {ErrorKind::TooLarge, fmt::format("The recording is too long for {}.", provider.name),
                    detail};
        case 429:
        case 503:
            return {ErrorKind::Busy, fmt::format("{} is busy. Please try again in a moment.", provider.name),
                    detail};
        default: break;
    }
    if (status >= 400 && status < 500) {
        return {ErrorKind::Unavailable,
                with_complaint(fmt::format("{} does not take the request", provider.name), said), detail};
    }
    return {ErrorKind::ProviderBroke, with_complaint(fmt::format("{} failed", provider.name), said), detail};
}

std::string complaint_in(std::string_view body) {
    auto object = object_in(body);
    if (!object) {
        auto begin = body.find_first_not_of(" \t\r\n");
        bool is_markup = begin != std::string_view::npos && (body[begin] == '<' || body[begin] == '{');
        return begin == std::string_view::npos || is_markup ? std::string() : std::string(body.substr(begin));
    }
    for (const char* key : {"error", "detail"}) {
        if (const auto* nested = object_at(*object, key)) {
            if (auto message = text_at(*nested, "message"); !message.empty()) {
                return std::string(message);
            }
        }
    }
    if (const auto* list = array_at(*object, "detail"); list && !list->empty()) {
        if (const auto* first = list->front().if_object()) {
            return std::string(text_at(*first, "msg"));
        }
    }
    for (const char* key : {"message", "error_message", "error", "detail", "title"}) {
        if (auto text = text_at(*object, key); !text.empty()) {
            return std::string(text);
        }
    }
    return {};
}

bool may_pass(ErrorKind kind) {
    return kind == ErrorKind::ProviderBroke || kind == ErrorKind::Busy;
}

Refused::Refused(const Provider& provider, int status, const net::Headers& headers, std::string_view body)
    : Failure(refusal(provider, status, complaint_in(body))),
      status_(status),
      complaint_(complaint_in(body)),
      come_back_(short_wait(status, headers)) {}

awaitable<std::unique_ptr<net::WebSocket>> open_socket(const Provider& provider, net::HttpClient& http,
                                                       Clock& clock, std::string url, net::Headers headers,
                                                       Duration limit) {
    Error late{ErrorKind::ProviderLate, fmt::format("{} does not answer.", provider.name),
               fmt::format("no connection within {} ms", limit / 1ms)};
    auto connecting = http.connect(std::move(url), std::move(headers));
    try {
        co_return co_await with_deadline(clock, limit, std::move(connecting), std::move(late));
    } catch (const net::HandshakeRefused& refused) {
        const auto& answer = refused.answer();
        throw Refused(provider, answer.status, answer.headers, answer.body);
    }
}

}  // namespace repartee::engines
