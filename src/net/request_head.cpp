#include "net/request_head.h"

#include "net/header_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace repartee::net {

namespace {

bool announces_a_body(const ClientRequest& request) {
    constexpr std::array<std::string_view, 3> methods{"POST", "PUT", "PATCH"};
    return !request.body.empty() || std::ranges::find(methods, request.method) != methods.end();
}

}  // namespace

void check_header(std::string_view name, std::string_view value) {
    if (!is_token(name)) {
        throw Failure(ErrorKind::Malformed, "A request header has a name that HTTP does not allow.");
    }
    if (std::ranges::any_of(value, is_control_character)) {
        throw Failure(ErrorKind::Malformed,
                      fmt::format("The request header {} holds a line break or control character.", name));
    }
}

std::string request_head(const ClientRequest& request, const ClientUrl& url) {
    if (!is_token(request.method)) {
        throw Failure(ErrorKind::Malformed, "A request has a method that HTTP does not allow.");
    }
    auto head = fmt::format("{} {} HTTP/1.1\r\n", request.method, url.target);
    auto add = [&](std::string_view name, std::string_view value) {
        check_header(name, value);
        fmt::format_to(std::back_inserter(head), "{}: {}\r\n", name, value);
    };
    if (!request.headers.has("Host")) {
        add("Host", url.authority());
    }
    if (!request.headers.has("User-Agent")) {
        add("User-Agent", "repartee");
    }
    for (const auto& [name, value] : request.headers) {
        // Where the body ends is for us alone to say: two answers to that are a way to smuggle requests.
        if (!equal_without_case(name, "Content-Length") && !equal_without_case(name, "Transfer-Encoding")) {
            add(name, value);
        }
    }
    if (announces_a_body(request)) {
        add("Content-Length", std::to_string(request.body.size()));
    }
    return head + "\r\n";
}

}  // namespace repartee::net
