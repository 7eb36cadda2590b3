#include "downloads/range_answer.h"

#include <fmt/format.h>

#include <charconv>

namespace repartee::downloads {

namespace {

// All of the text is a number, or nothing.
std::optional<std::uintmax_t> whole_number(std::string_view text) {
    std::uintmax_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::optional<std::uintmax_t> content_length(const net::Headers& headers) {
    auto length = headers.get("Content-Length");
    return length ? whole_number(*length) : std::nullopt;
}

// The log-in page of a hotel answers every question with 200.
bool is_web_page(const net::Headers& headers) {
    return headers.get("Content-Type").value_or("").starts_with("text/html");
}

Error refusal(int status) {
    constexpr int first_fault_of_theirs = 500;
    auto detail = fmt::format("status {}", status);
    switch (status) {
        case 401:
        case 403: return {ErrorKind::Forbidden, "it is not given to everybody", std::move(detail)};
        case 404:
        case 410: return {ErrorKind::NotFound, "there is no such file", std::move(detail)};
        case 429:
        case 503: return {ErrorKind::Busy, "the server has too much to do", std::move(detail)};
        default:
            return {status >= first_fault_of_theirs ? ErrorKind::ProviderBroke : ErrorKind::Unsupported,
                    fmt::format("the server answers with status {}", status), std::move(detail)};
    }
}

Result<Continuation> part_of_it(std::uintmax_t have, const net::Headers& headers) {
    auto range = parse_content_range(headers.get("Content-Range").value_or(""));
    if (!range || range->first != have || range->last < have ||
        (range->whole && range->last >= *range->whole)) {
        return Error{
            ErrorKind::Conflict, "the server sends another part than the one that was asked for", {}};
    }
    return Continuation{.from = have, .whole = range->whole};
}

Result<Continuation> nothing_behind(std::uintmax_t have, const net::Headers& headers) {
    auto range = parse_content_range(headers.get("Content-Range").value_or(""));
    if (have > 0 && range && range->whole == have) {
        return Continuation{.from = have, .whole = have, .nothing_missing = true};
    }
    return Error{ErrorKind::Conflict, "the file is shorter there than what is here already", {}};
}

}  // namespace

std::optional<ContentRange> parse_content_range(std::string_view text) {
    constexpr std::string_view unit = "bytes ";
    auto slash = text.find('/');
    if (!text.starts_with(unit) || slash == std::string_view::npos) {
        return std::nullopt;
    }
    auto part = text.substr(unit.size(), slash - unit.size());
    auto whole = text.substr(slash + 1);
    ContentRange range;
    if (whole != "*") {
        range.whole = whole_number(whole);
        if (!range.whole) {
            return std::nullopt;
        }
    }
    if (part == "*") {
        return range.whole ? std::optional(range) : std::nullopt;
    }
    auto dash = part.find('-');
    auto last = dash == std::string_view::npos ? std::nullopt : whole_number(part.substr(dash + 1));
    range.first = whole_number(part.substr(0, dash));
    if (!range.first || !last) {
        return std::nullopt;
    }
    range.last = *last;
    return range;
}

std::string strong_etag(const net::Headers& headers) {
    auto etag = headers.get("ETag").value_or("");
    bool is_quoted = etag.size() > 2 && etag.starts_with('"') && etag.ends_with('"');
    return is_quoted && etag.find('\n') == std::string_view::npos ? std::string(etag) : std::string();
}

Result<Continuation> continuation(std::uintmax_t have, int status, const net::Headers& headers) {
    constexpr int ok = 200;
    constexpr int partial_content = 206;
    constexpr int range_not_satisfiable = 416;
    if (status == range_not_satisfiable) {
        return nothing_behind(have, headers);
    }
    if (status != ok && status != partial_content) {
        return refusal(status);
    }
    if (is_web_page(headers)) {
        return Error{ErrorKind::Unsupported,
                     "a web page comes instead of the file; is there one to log in at in between?",
                     {}};
    }
    if (status == partial_content) {
        return part_of_it(have, headers);
    }
    return Continuation{.from = 0, .whole = content_length(headers)};
}

}  // namespace repartee::downloads
