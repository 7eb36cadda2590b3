#include "net/request_reader.h"

#include "net/growing_body.h"
#include "net/header_values.h"
#include "net/percent.h"
#include "net/wakeup.h"

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>

namespace repartee::net {

namespace {

namespace http = boost::beast::http;

constexpr std::size_t head_piece = 4 << 10;   // what a head is read in; most fit at once
constexpr std::size_t body_piece = 64 << 10;  // what a body is read in
constexpr auto discard_time = std::chrono::seconds(2);
constexpr std::size_t discard_limit = 1 << 20;

// A body may take its time, but no longer than this: else a byte now and then holds a connection
// for ever.
constexpr std::size_t slowest_bytes_per_second = 1 << 10;

std::string_view view(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

}  // namespace

class RequestReader::Parser : public http::request_parser<GrowingBody> {};

RequestReader::RequestReader(Transport& transport, Watchdog& watchdog, Clock& clock,
                             const ServerOptions& options)
    : transport_(transport),
      watchdog_(watchdog),
      clock_(clock),
      options_(options),
      buffer_(std::max(options.head_limit, body_piece)) {}

RequestReader::~RequestReader() = default;

std::string_view RequestReader::pending() const {
    auto bytes = buffer_.data();
    return {static_cast<const char*>(bytes.data()), bytes.size()};
}

awaitable<bool> RequestReader::fill(std::size_t most) {
    auto room = std::min(most, buffer_.max_size() - buffer_.size());
    if (room == 0 || watchdog_.late()) {
        co_return false;
    }
    auto [error, size] = co_await transport_.read_some(buffer_.prepare(room));
    buffer_.commit(size);
    co_return !error && size > 0;
}

// --- the head ---

awaitable<std::optional<Refusal>> RequestReader::head(Request& request, RequestForm& form,
                                                      Duration patience) {
    std::size_t size = 0;
    if (auto refusal = co_await gather_head(size, patience)) {
        co_return refusal;
    }
    co_return parse_head(request, form, size);
}

awaitable<std::optional<Refusal>> RequestReader::gather_head(std::size_t& size, Duration patience) {
    std::size_t looked_at = 0;
    idle_ = true;
    parser_.reset();
    if (buffer_.capacity() > 2 * head_piece) {
        buffer_.shrink_to_fit();  // a large body has passed through
    }
    watchdog_.expect_within(patience);
    for (;;) {
        while (looked_at == 0 && pending().starts_with("\r\n")) {
            buffer_.consume(2);  // some old clients end a body with an empty line too many
        }
        bool begun = !pending().empty() && pending() != "\r";
        if (begun && idle_) {
            idle_ = false;
            watchdog_.expect_within(options_.head_timeout);
        }
        if (begun) {
            if (auto end = end_of_head(pending().substr(0, options_.head_limit), looked_at)) {
                size = *end;
                co_return std::nullopt;
            }
            if (buffer_.size() >= options_.head_limit) {
                bool long_line = pending().find('\n') == std::string_view::npos;
                co_return long_line ? Refusal{414, "the request line is too long"}
                                    : Refusal{431, "the request's headers are too long"};
            }
        }
        bool more = co_await fill(
            std::min(head_piece, std::max<std::size_t>(1, options_.head_limit - buffer_.size())));
        if (!more) {
            bool late = begun && watchdog_.late();
            co_return late ? Refusal{408, "the request's head was not complete in time"} : Refusal{};
        }
    }
}

std::optional<Refusal> RequestReader::parse_head(Request& request, RequestForm& form, std::size_t size) {
    form.raw_head = pending().substr(0, size);
    if (auto fault = check_request_head(form.raw_head)) {
        return Refusal{fault->status, fault->reason};
    }
    parser_ = std::make_unique<Parser>();
    parser_->header_limit(static_cast<std::uint32_t>(options_.head_limit + 1));
    parser_->body_limit(boost::none);  // `body` knows it
    error_code error;
    auto taken = parser_->put(asio::buffer(form.raw_head), error);
    if (error || taken != size || !parser_->is_header_done()) {
        return Refusal{400, "the request head is malformed"};
    }
    buffer_.consume(size);

    const auto& message = parser_->get();
    auto target = origin_form(view(message.target()));
    auto question = target.find('?');
    request.method = view(message.method_string());
    form.raw_path = target.empty() ? "*" : target.substr(0, question);
    request.path = target.empty() ? "*" : percent_decoded(target.substr(0, question), Plus::IsPlus);
    request.query = question == std::string_view::npos ? "" : target.substr(question + 1);
    for (const auto& field : message) {
        request.headers.add(std::string(view(field.name_string())), std::string(view(field.value())));
    }
    request.host = request.headers.get("Host").value_or("");
    form.http_1_0 = message.version() == 10;
    form.keep_alive = message.keep_alive();
    form.has_body = !parser_->is_done();
    awaits_invitation_ = form.has_body && !form.http_1_0 && request.headers.has("Expect");
    return std::nullopt;
}

// --- the body ---

awaitable<std::optional<Refusal>> RequestReader::body(Request& request, std::size_t limit) {
    constexpr Refusal too_large{413, "the request body is too large"};
    auto& parser = *parser_;
    if (parser.is_done()) {
        co_return std::nullopt;
    }
    if (parser.content_length() && *parser.content_length() > limit) {
        co_return too_large;
    }
    parser.body_limit(limit);
    parser.eager(true);
    bool willing = co_await invite_body();
    if (!willing) {
        co_return Refusal{};
    }
    auto began = clock_.now();
    for (;;) {
        while (buffer_.size() > 0 && !parser.is_done()) {
            error_code error;
            buffer_.consume(parser.put(buffer_.data(), error));
            if (error == http::error::body_limit) {
                co_return too_large;
            }
            if (error == http::error::need_more && buffer_.size() < buffer_.max_size()) {
                break;
            }
            if (error) {
                co_return Refusal{400, "the request body is malformed"};
            }
        }
        if (parser.is_done()) {
            break;
        }
        auto slowest = began + 2 * options_.body_timeout +
                       std::chrono::seconds(parser.get().body().size() / slowest_bytes_per_second);
        watchdog_.expect_by(std::min(clock_.now() + options_.body_timeout, TimePoint(slowest)));
        bool more = co_await fill(body_piece);
        if (!more) {
            co_return watchdog_.late() ? Refusal{408, "the request body was not complete in time"}
                                       : Refusal{};
        }
    }
    watchdog_.rest();
    request.body = std::move(parser.get().body());
    co_return std::nullopt;
}

awaitable<bool> RequestReader::invite_body() {
    if (!awaits_invitation_ || !empty()) {
        co_return true;
    }
    constexpr std::string_view invitation = "HTTP/1.1 100 Continue\r\n\r\n";
    std::array pieces{asio::const_buffer(invitation.data(), invitation.size()), asio::const_buffer()};
    auto [error, size] = co_await transport_.write(pieces, watchdog_, options_.write_timeout);
    co_return !error && size == invitation.size();
}

// --- between and after requests ---

void RequestReader::give_back_memory() {
    parser_.reset();
    buffer_.shrink_to_fit();
}

awaitable<void> RequestReader::until_closed() {
    for (;;) {
        bool more = co_await fill(head_piece);
        if (!more && buffer_.size() == buffer_.max_size()) {
            Wakeup never;
            co_await never.wait();
        }
        if (!more) {
            co_return;
        }
    }
}

awaitable<void> RequestReader::discard() {
    watchdog_.expect_within(discard_time);
    for (std::size_t discarded = 0; discarded < discard_limit;) {
        buffer_.consume(buffer_.size());
        bool more = co_await fill(body_piece);
        if (!more) {
            co_return;
        }
        discarded += buffer_.size();
    }
}

}  // namespace repartee::net
