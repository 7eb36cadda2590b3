#include "skills/web_service.h"

#include "base/together.h"
#include "base/utf8.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace repartee::skills {

namespace json = boost::json;

namespace {

constexpr std::size_t longest_answer = 512 << 10;

std::string percent_encoded(std::string_view text) {
    std::string encoded;
    for (char character : text) {
        bool plain = (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
                     (character >= '0' && character <= '9') ||
                     std::string_view("-._~").find(character) != std::string_view::npos;
        if (plain) {
            encoded += character;
        } else {
            fmt::format_to(std::back_inserter(encoded), "%{:02X}", static_cast<unsigned char>(character));
        }
    }
    return encoded;
}

}  // namespace

awaitable<std::string> ask_web_service(net::HttpClient& http, Clock& clock, WebService service) {
    net::ClientRequest request;
    request.url = std::move(service.url);
    request.headers = std::move(service.headers);
    request.body_limit = longest_answer;
    Error late{ErrorKind::ProviderLate, fmt::format("{} takes too long to answer.", service.name), {}};
    Error broken{ErrorKind::ProviderBroke, fmt::format("{} cannot be asked right now.", service.name), {}};
    net::Response reply;
    try {
        auto asking = http.fetch(std::move(request));
        reply = co_await with_deadline(clock, service.patience, std::move(asking), std::move(late));
    } catch (const Failure& failure) {
        if (failure.error().kind == ErrorKind::ProviderLate) {
            throw;
        }
        broken.kind = failure.error().kind == ErrorKind::Unavailable ? ErrorKind::Unavailable : broken.kind;
        broken.detail = failure.error().message + " " + failure.error().detail;
        throw Failure(std::move(broken));
    }
    if (reply.status != 200) {
        broken.detail = fmt::format("status {}", reply.status);
        throw Failure(std::move(broken));
    }
    co_return std::move(reply.body);
}

std::string with_value(std::string url, std::string_view name, std::string_view value) {
    auto place = "{" + std::string(name) + "}";
    auto encoded = percent_encoded(value);
    for (auto at = url.find(place); at != url.npos; at = url.find(place, at + encoded.size())) {
        url.replace(at, place.size(), encoded);
    }
    return url;
}

std::string with_parameter(std::string url, std::string_view name, std::string_view value) {
    auto separator = url.find('?') == url.npos ? '?' : '&';
    return fmt::format("{}{}{}={}", url, separator, name, percent_encoded(value));
}

json::value json_or_null(std::string_view text) {
    json::error_code wrong;
    auto value = json::parse({text.data(), text.size()}, wrong);
    return wrong ? json::value() : value;
}

const json::value* at_path(const json::value& value, std::string_view path) {
    const auto* place = &value;
    while (!path.empty() && place != nullptr) {
        auto end = std::min(path.find('.'), path.size());
        auto step = path.substr(0, end);
        path.remove_prefix(std::min(end + 1, path.size()));
        if (const auto* object = place->if_object()) {
            place = object->if_contains({step.data(), step.size()});
        } else if (const auto* list = place->if_array()) {
            std::size_t index = 0;
            auto [stopped, wrong] = std::from_chars(step.data(), step.data() + step.size(), index);
            bool is_index = wrong == std::errc() && stopped == step.data() + step.size();
            place = is_index && index < list->size() ? &(*list)[index] : nullptr;
        } else {
            place = nullptr;
        }
    }
    return place;
}

std::string text_at_path(const json::value& value, std::string_view path) {
    const auto* found = at_path(value, path);
    if (found == nullptr || found->is_null() || found->is_structured()) {
        return {};
    }
    if (const auto* text = found->if_string()) {
        return std::string(*text);
    }
    if (const auto* number = found->if_double()) {
        return fmt::format("{:g}", *number);  // 18.4, and not 1.84E1
    }
    return json::serialize(*found);
}

std::string plain_line(std::string_view text, std::size_t longest) {
    std::string line;
    bool in_tag = false;
    for (std::size_t at = 0; at < text.size();) {
        auto character = decode_utf8(text, at);
        auto bytes = text.substr(at, character.length);
        at += character.length;
        bool opens = bytes == "<" && at < text.size() && (text[at] == '/' || (text[at] | 0x20) >= 'a') &&
                     text.find('>', at) != text.npos;
        if (in_tag || opens) {
            in_tag = bytes != ">";
            continue;
        }
        if (character.code <= 0x20 || character.code == 0x7F || character.code == 0xA0) {
            if (!line.empty() && line.back() != ' ') {
                line += ' ';
            }
        } else if (character.code != replacement_character) {
            line += bytes;
        }
        if (line.size() > longest) {
            break;
        }
    }
    if (line.size() > longest) {
        line = truncate_utf8(line, longest);
        if (auto end = line.rfind(' '); end != line.npos && end > longest / 2) {
            line.resize(end);
        }
        line += "…";
    }
    while (line.ends_with(' ')) {
        line.pop_back();
    }
    return line;
}

}  // namespace repartee::skills
