#include "net/http.h"

#include "net/header_values.h"
#include "net/percent.h"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace repartee::net {

namespace {

// What a client that was turned away for lack of room should wait.
constexpr auto retry_after_seconds = "2";

std::string json_quoted(std::string_view text) {
    return boost::json::serialize(boost::json::string_view(text.data(), text.size()));
}

}  // namespace

void Headers::set(std::string_view name, std::string value) {
    for (auto line = lines_.begin(); line != lines_.end(); ++line) {
        if (equal_without_case(line->first, name)) {
            line->second = std::move(value);
            lines_.erase(
                std::remove_if(line + 1, lines_.end(),
                               [&](const auto& other) { return equal_without_case(other.first, name); }),
                lines_.end());
            return;
        }
    }
    lines_.emplace_back(name, std::move(value));
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
    for (const auto& [line_name, value] : lines_) {
        if (equal_without_case(line_name, name)) {
            return value;
        }
    }
    return std::nullopt;
}

std::optional<std::string> Request::parameter(std::string_view name) const {
    std::string_view rest = query;
    while (!rest.empty()) {
        auto pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        auto equals = pair.find('=');
        if (percent_decoded(pair.substr(0, equals), Plus::IsSpace) == name) {
            return equals == std::string_view::npos ? std::string()
                                                    : percent_decoded(pair.substr(equals + 1), Plus::IsSpace);
        }
    }
    return std::nullopt;
}

std::string_view Request::path_parameter(std::string_view name) const {
    for (const auto& [parameter, value] : path_parameters) {
        if (parameter == name) {
            return value;
        }
    }
    return {};
}

Response json_response(int status, std::string body) {
    return {status, {{"Content-Type", "application/json"}}, std::move(body)};
}

Response text_response(int status, std::string body) {
    return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(body)};
}

Response error_response(const Request& request, int status, std::string_view code, std::string_view message) {
    auto text = json_quoted(message);
    auto response =
        json_response(status, fmt::format(R"({{"detail":{},"code":{},"message":{},"request_id":{}}})", text,
                                          json_quoted(code), text, json_quoted(request.id)));
    if (status == 401) {
        response.headers.add("WWW-Authenticate", "Bearer");
    }
    if (status == 429 || status == 503) {
        response.headers.add("Retry-After", retry_after_seconds);
    }
    return response;
}

Response error_response(const Request& request, const Error& error) {
    // Our own bugs are told to the log; the client learns the request id to ask about.
    std::string_view message = "Internal Server Error";
    if (error.kind != ErrorKind::Internal) {
        message = error.message;
    }
    auto response = error_response(request, status_of(error.kind), name_of(error.kind), message);
    if (error.come_back_in_seconds > 0 && response.headers.has("Retry-After")) {
        response.headers.set("Retry-After", std::to_string(error.come_back_in_seconds));
    }
    return response;
}

int status_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::Malformed: return 400;
        case ErrorKind::Unauthenticated: return 401;
        case ErrorKind::Forbidden: return 403;
        case ErrorKind::NotFound: return 404;
        case ErrorKind::Conflict: return 409;
        case ErrorKind::TooLarge: return 413;
        case ErrorKind::Unsupported: return 415;
        case ErrorKind::Unprocessable: return 422;
        case ErrorKind::TooMany: return 429;
        case ErrorKind::Busy: return 503;
        case ErrorKind::Unavailable: return 503;
        case ErrorKind::ProviderBroke: return 502;
        case ErrorKind::ProviderLate: return 504;
        case ErrorKind::TimedOut: return 408;
        case ErrorKind::Cancelled: return 503;  // by us: a client that left reads no answer
        case ErrorKind::Internal: return 500;
    }
    return 500;
}

}  // namespace repartee::net
