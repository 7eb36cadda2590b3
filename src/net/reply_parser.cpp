#include "net/reply_parser.h"

#include "net/growing_body.h"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <fmt/format.h>

#include <optional>
#include <utility>

namespace repartee::net {

namespace {

namespace http = boost::beast::http;

constexpr std::size_t head_limit = 64 << 10;

// Heads, chunk headers and trailers are understood when they are whole; until then they wait. Whoever
// sends more than this without completing one is not answered by waiting on.
constexpr std::size_t waiting_limit = head_limit + (64 << 10);

// Informational heads before the real one; more is a joke at our expense.
constexpr int most_informational = 16;

// "0\r\n\r\n": the end of a chunked body cannot be shorter.
constexpr std::size_t shortest_last_chunk = 5;

}  // namespace

class ReplyParser::Impl {
public:
    Impl(std::string peer, Body body, std::size_t body_limit)
        : peer_(std::move(peer)), expected_(body), body_limit_(body_limit) {
        begin_message();
    }

    void feed(std::string_view bytes) {
        seen_anything_ = seen_anything_ || !bytes.empty();
        waiting_ += bytes;
        while (!waiting_.empty() && !parser_->is_done()) {
            if (!parse_some()) {
                break;
            }
            if (parser_->is_header_done() && is_informational()) {
                begin_message();
            }
        }
        if (!parser_->is_done() && waiting_.size() > waiting_limit) {
            throw Failure(ErrorKind::ProviderBroke, fmt::format("{} did not answer as HTTP asks.", peer_),
                          "a header, chunk header or trailer is too long");
        }
    }

    void feed_end() {
        if (parser_->is_done()) {
            return;
        }
        if (!seen_anything_) {
            throw Failure(ErrorKind::ProviderBroke,
                          fmt::format("{} closed the connection without an answer.", peer_));
        }
        boost::system::error_code error;
        if (parser_->got_some()) {
            parser_->put_eof(error);
        } else {
            error = http::error::end_of_stream;
        }
        if (error || !parser_->is_done()) {
            throw Failure(ErrorKind::ProviderBroke,
                          fmt::format("{} broke off in the middle of its answer.", peer_), error.message());
        }
    }

    bool seen_anything() const { return seen_anything_; }
    bool head_complete() const { return parser_->is_header_done(); }
    bool complete() const { return parser_->is_done(); }
    bool reusable() const {
        return complete() && waiting_.empty() && parser_->keep_alive() && status() != 101;
    }

    int status() const { return static_cast<int>(parser_->get().result_int()); }

    Headers headers() const {
        Headers headers;
        for (const auto& field : parser_->get()) {
            headers.add(std::string(field.name_string()), std::string(field.value()));
        }
        return headers;
    }

    std::string take_body() { return std::exchange(parser_->get().body(), {}); }

private:
    using Parser = http::response_parser<GrowingBody>;

    void begin_message() {
        if (parser_ && ++informational_ > most_informational) {
            throw Failure(ErrorKind::ProviderBroke, fmt::format("{} did not answer as HTTP asks.", peer_),
                          "too many informational replies");
        }
        parser_.emplace();
        parser_->eager(true);
        parser_->header_limit(head_limit);
        parser_->body_limit(body_limit_);
        parser_->skip(expected_ == Body::Absent);
    }

    bool is_informational() const { return status() / 100 == 1 && status() != 101; }

    // False when the parser has to see more before it can go on.
    bool parse_some() {
        // Beast asserts that a last chunk which it has seen the beginning of is now complete.
        if (starving_ && waiting_.front() == '0' && waiting_.size() < shortest_last_chunk) {
            return false;
        }
        boost::system::error_code error;
        auto taken = parser_->put(boost::asio::buffer(waiting_), error);
        waiting_.erase(0, taken);
        starving_ = parser_->is_header_done() && error == http::error::need_more;
        if (error == http::error::need_more) {
            return false;
        }
        if (error == http::error::body_limit) {
            throw Failure(ErrorKind::TooLarge, fmt::format("The answer of {} is too large.", peer_),
                          fmt::format("limit {} bytes", body_limit_));
        }
        if (error) {
            throw Failure(ErrorKind::ProviderBroke, fmt::format("{} did not answer as HTTP asks.", peer_),
                          error.message());
        }
        return taken > 0;
    }

    const std::string peer_;
    const Body expected_;
    const std::size_t body_limit_;
    std::optional<Parser> parser_;
    std::string waiting_;    // not yet understood
    bool starving_ = false;  // the last of them belong to a chunk header that is not whole
    bool seen_anything_ = false;
    int informational_ = 0;
};

ReplyParser::ReplyParser(std::string peer, Body body, std::size_t body_limit)
    : impl_(std::make_unique<Impl>(std::move(peer), body, body_limit)) {}

ReplyParser::~ReplyParser() = default;

void ReplyParser::feed(std::string_view bytes) {
    impl_->feed(bytes);
}

void ReplyParser::feed_end() {
    impl_->feed_end();
}

bool ReplyParser::seen_anything() const {
    return impl_->seen_anything();
}

bool ReplyParser::head_complete() const {
    return impl_->head_complete();
}

bool ReplyParser::complete() const {
    return impl_->complete();
}

bool ReplyParser::reusable() const {
    return impl_->reusable();
}

int ReplyParser::status() const {
    return impl_->status();
}

Headers ReplyParser::headers() const {
    return impl_->headers();
}

std::string ReplyParser::take_body() {
    return impl_->take_body();
}

}  // namespace repartee::net
