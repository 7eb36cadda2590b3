#include "net/response_writer.h"

#include "net/header_values.h"

#include <boost/beast/http/status.hpp>
#include <fmt/format.h>

#include <iterator>

namespace repartee::net {

namespace {

bool stays_in_its_line(std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

// Ours to say, whatever a handler thinks.
bool is_about_framing(std::string_view name) {
    return equal_without_case(name, "content-length") || equal_without_case(name, "transfer-encoding") ||
           equal_without_case(name, "connection");
}

// "Mon, 06 May 2024 12:00:00 GMT", as RFC 9110 wants it in every response.
void append_date(std::string& head, WallTime now) {
    static constexpr std::string_view days = "SunMonTueWedThuFriSat";
    static constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    auto day = std::chrono::floor<std::chrono::days>(now);
    std::chrono::year_month_day date(day);
    std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(now - day));
    fmt::format_to(
        std::back_inserter(head), "{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
        days.substr(3 * std::chrono::weekday(day).c_encoding(), 3), static_cast<unsigned>(date.day()),
        months.substr(3 * (static_cast<unsigned>(date.month()) - 1), 3), static_cast<int>(date.year()),
        time.hours().count(), time.minutes().count(), time.seconds().count());
}

bool has_no_body(int status) {
    return status < 200 || status == 204 || status == 304;
}

}  // namespace

std::string_view reason_phrase(int status) {
    auto phrase = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(unsigned(status)));
    return {phrase.data(), phrase.size()};
}

std::string_view code_of_status(int status) {
    switch (status) {
        case 400: return "malformed";
        case 403: return "forbidden";
        case 404: return "not_found";
        case 405: return "method_not_allowed";
        case 408: return "timed_out";
        case 413: return "too_large";
        case 414: return "target_too_long";
        case 417: return "expectation_failed";
        case 421: return "misdirected";
        case 426: return "upgrade_required";
        case 431: return "headers_too_large";
        case 501: return "not_implemented";
        case 503: return "busy";
        case 505: return "version_not_supported";
        default: return status < 500 ? "malformed" : "internal";
    }
}

std::string response_head(const Response& response, const Framing& framing, BodyLength length, WallTime now) {
    std::string head;
    head.reserve(320);
    auto out = std::back_inserter(head);
    fmt::format_to(out, "HTTP/1.1 {} {}\r\nServer: repartee\r\nDate: ", response.status,
                   reason_phrase(response.status));
    append_date(head, now);
    head += "\r\n";
    for (const auto& [name, value] : response.headers) {
        if (stays_in_its_line(name) && stays_in_its_line(value) && !is_about_framing(name)) {
            head.append(name).append(": ").append(value).append("\r\n");
        }
    }
    if (length == BodyLength::Chunked) {
        head += "Transfer-Encoding: chunked\r\n";
    } else if (length == BodyLength::Known && !has_no_body(response.status)) {
        fmt::format_to(out, "Content-Length: {}\r\n", response.body.size());
    }
    if (!framing.keep_alive) {
        head += "Connection: close\r\n";
    } else if (framing.http_1_0) {
        head += "Connection: keep-alive\r\n";
    }
    head += "\r\n";
    return head;
}

ResponseWriter::ResponseWriter(Transport& transport, Watchdog& watchdog, Clock& clock, Duration write_timeout,
                               Framing framing, Headers extra)
    : transport_(transport),
      watchdog_(watchdog),
      clock_(clock),
      write_timeout_(write_timeout),
      framing_(framing),
      extra_(std::move(extra)) {}

awaitable<bool> ResponseWriter::whole(Response response) {
    add_extra(response);
    status_ = response.status;
    auto head = response_head(response, framing_, BodyLength::Known, clock_.wall());
    std::string_view body;
    if (!framing_.without_body && !has_no_body(status_)) {
        body = response.body;
    }
    bytes_ = body.size();
    complete_ = co_await put(head, body);
    co_return complete_;
}

awaitable<bool> ResponseWriter::begin(Response response) {
    add_extra(response);
    status_ = response.status;
    chunked_ = !framing_.http_1_0;
    if (!chunked_) {
        framing_.keep_alive = false;
    }
    auto length = chunked_ ? BodyLength::Chunked : BodyLength::UntilClose;
    auto head = response_head(response, framing_, length, clock_.wall());
    co_return co_await put(head, {});
}

awaitable<bool> ResponseWriter::write(std::string piece) {
    if (gone_ || framing_.without_body) {
        co_return false;
    }
    if (piece.empty()) {
        co_return true;  // an empty chunk would be the end
    }
    bytes_ += piece.size();
    if (!chunked_) {
        co_return co_await put(piece, {});
    }
    auto size = fmt::format("{:x}\r\n", piece.size());
    piece += "\r\n";
    co_return co_await put(size, piece);
}

awaitable<void> ResponseWriter::end() {
    complete_ = !gone_;
    if (chunked_ && !gone_ && !framing_.without_body) {
        complete_ = co_await put("0\r\n\r\n", {});
    }
}

awaitable<bool> ResponseWriter::put(std::string_view first, std::string_view second) {
    if (gone_) {
        co_return false;
    }
    // Until it is done: a cancelled write leaves half a response behind.
    gone_ = true;
    std::array pieces{asio::const_buffer(first.data(), first.size()),
                      asio::const_buffer(second.data(), second.size())};
    auto [error, size] = co_await transport_.write(pieces, watchdog_, write_timeout_);
    gone_ = error || size < first.size() + second.size();
    watchdog_.rest();
    co_return !gone_;
}

void ResponseWriter::add_extra(Response& response) {
    for (const auto& [name, value] : extra_) {
        // What an answer depends on adds up: by origin and by encoding are no alternatives.
        if (!response.headers.has(name) || equal_without_case(name, "vary")) {
            response.headers.add(name, value);
        }
    }
}

}  // namespace repartee::net
