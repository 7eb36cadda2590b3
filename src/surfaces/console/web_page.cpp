#include "surfaces/console/web_page.h"

#include "net/static_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace repartee::surfaces::console {

namespace {

constexpr std::string_view page_type = "text/html";

std::string_view without_spaces(std::string_view text) {
    auto begin = text.find_first_not_of(" \t");
    return begin == std::string_view::npos ? std::string_view()
                                           : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool is_page_type(std::string_view text) {
    return std::ranges::equal(
        text, page_type, [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

// "q=0", "q=0.0": not wanted at all.
bool is_refusal(std::string_view parameter) {
    return (parameter.starts_with("q=0") || parameter.starts_with("Q=0")) &&
           parameter.find_first_of("123456789") == std::string_view::npos;
}

// Names and IPv4 addresses; of the others a policy cannot speak.
bool can_be_named(std::string_view host) {
    return !host.empty() && std::ranges::all_of(host, [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '.' || c == '-' || c == ':';
    });
}

// Of every answer that a page consists of.
net::Headers usual_headers() {
    return {{"Referrer-Policy", "no-referrer"}, {"X-Content-Type-Options", "nosniff"}};
}

net::Response page(const net::Request& request, const net::StaticFile& file) {
    auto headers = usual_headers();
    headers.set("Content-Security-Policy", page_policy(request.host));
    headers.set("Permissions-Policy", "microphone=(self), camera=(), geolocation=()");
    headers.add("Vary", "Accept");
    return net::file_response(request, file, headers);
}

awaitable<net::Response> choose(net::StaticFile file, net::HttpHandler otherwise,
                                const net::Request& request) {
    if (wants_a_page(request.headers.get("Accept").value_or(""))) {
        co_return page(request, file);
    }
    auto response = co_await otherwise(request);
    response.headers.add("Vary", "Accept");
    co_return response;
}

awaitable<net::Response> nothing_here(const net::Request& request) {
    co_return net::error_response(request, 404, "not_found", "Not Found");
}

}  // namespace

bool wants_a_page(std::string_view accept) {
    while (!accept.empty()) {
        auto comma = accept.find(',');
        auto element = accept.substr(0, comma);
        accept = comma == std::string_view::npos ? std::string_view() : accept.substr(comma + 1);
        auto parameters = element.find(';');
        if (!is_page_type(without_spaces(element.substr(0, parameters)))) {
            continue;
        }
        while (parameters != std::string_view::npos) {
            element.remove_prefix(parameters + 1);
            parameters = element.find(';');
            if (is_refusal(without_spaces(element.substr(0, parameters)))) {
                return false;
            }
        }
        return true;
    }
    return false;
}

std::string page_policy(std::string_view host) {
    // Older browsers do not count the sockets of the page's own server among 'self'. Whether the page came
    // over TLS a proxy knows better than we do.
    auto sockets = can_be_named(host) ? fmt::format(" ws://{0} wss://{0}", host) : std::string();
    return fmt::format(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self'{}; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'",
        sockets);
}

void add_web_page(net::Router& router, net::StaticTree tree) {
    net::HttpHandler otherwise = nothing_here;
    net::RouteOptions options;
    if (const auto* route = router.find("GET", "/")) {
        otherwise = route->http;
        options = route->options;
    }
    const net::StaticOptions beside{.headers = usual_headers(), .immutable_folder = "assets/"};
    for (const auto& file : tree) {
        if (file.path == "index.html") {
            router.get(
                "/",
                [file, otherwise](const net::Request& request) { return choose(file, otherwise, request); },
                options);
        } else {
            net::add_static_files(router, "", net::StaticTree(&file, 1), beside);
        }
    }
}

}  // namespace repartee::surfaces::console
