#include "net/static_files.h"

#include "net/header_values.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace repartee::net {

namespace {

constexpr std::pair<std::string_view, std::string_view> content_types[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".txt", "text/plain; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".wasm", "application/wasm"},
    {".wav", "audio/wav"},
    {".mp3", "audio/mpeg"},
};

// Whether "q=0", "q=0.0" and the like stand among the parameters of an element: "gzip;q=0" is a refusal.
bool is_refused(std::string_view parameters) {
    while (!parameters.empty()) {
        auto end = parameters.find(';');
        auto parameter = trimmed(parameters.substr(0, end));
        parameters = end == std::string_view::npos ? std::string_view() : parameters.substr(end + 1);
        if (parameter.starts_with("q=") || parameter.starts_with("Q=")) {
            auto weight = parameter.substr(2);
            return weight.starts_with('0') && weight.find_first_of("123456789") == std::string_view::npos;
        }
    }
    return false;
}

// Whether an If-None-Match names the tag. Weak or strong is all the same for a file that is not asked for in
// parts.
bool names_tag(std::string_view list, std::string_view quoted_tag) {
    while (!list.empty()) {
        auto element = next_element(list);
        if (element.starts_with("W/")) {
            element.remove_prefix(2);
        }
        if (element == "*" || element == quoted_tag) {
            return true;
        }
    }
    return false;
}

awaitable<Response> answer_with(StaticFile file, Headers headers, const Request& request) {
    co_return file_response(request, file, headers);
}

}  // namespace

std::string_view content_type_of(std::string_view path) {
    for (const auto& [end, type] : content_types) {
        if (path.ends_with(end)) {
            return type;
        }
    }
    // "LICENSE" and its like are to be read.
    auto name = path.substr(path.rfind('/') + 1);
    return name.find('.') == std::string_view::npos ? "text/plain; charset=utf-8"
                                                    : "application/octet-stream";
}

bool accepts_gzip(std::string_view accept_encoding) {
    bool any = false;
    while (!accept_encoding.empty()) {
        auto element = next_element(accept_encoding);
        auto end = element.find(';');
        auto name = trimmed(element.substr(0, end));
        auto refused = end != std::string_view::npos && is_refused(element.substr(end + 1));
        if (equal_without_case(name, "gzip")) {
            return !refused;
        }
        any = any || (name == "*" && !refused);
    }
    return any;
}

Response file_response(const Request& request, const StaticFile& file, const Headers& headers) {
    bool compressed = !file.gzip.empty() && accepts_gzip(request.headers.get("Accept-Encoding").value_or(""));
    // The two forms are different bytes, so they need names of their own.
    auto tag = fmt::format("\"{}{}\"", file.tag, compressed ? "-gzip" : "");
    Response response{.headers = headers};
    response.headers.set("ETag", tag);
    response.headers.set("X-Content-Type-Options", "nosniff");
    if (!response.headers.has("Cache-Control")) {
        response.headers.set("Cache-Control", "no-cache");
    }
    if (!file.gzip.empty()) {
        response.headers.add("Vary", "Accept-Encoding");
    }
    if (names_tag(request.headers.get("If-None-Match").value_or(""), tag)) {
        response.status = 304;
        return response;
    }
    response.headers.set("Content-Type", std::string(content_type_of(file.path)));
    if (compressed) {
        response.headers.set("Content-Encoding", "gzip");
    }
    response.body = compressed ? file.gzip : file.bytes;
    return response;
}

void add_static_files(Router& router, const std::string& prefix, StaticTree tree, StaticOptions options) {
    auto for_good = options.headers;
    for_good.set("Cache-Control", "public, max-age=31536000, immutable");
    for (const auto& file : tree) {
        bool is_for_good =
            !options.immutable_folder.empty() && file.path.starts_with(options.immutable_folder);
        const auto& headers = is_for_good ? for_good : options.headers;
        router.get(file.path == "index.html" ? prefix : fmt::format("{}/{}", prefix, file.path),
                   [file, headers](const Request& request) { return answer_with(file, headers, request); });
    }
}

}  // namespace repartee::net
