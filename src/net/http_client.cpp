#include "net/http_client.h"

#include "base/together.h"
#include "net/client_url.h"
#include "net/connection_pool.h"
#include "net/header_values.h"
#include "net/reply_parser.h"
#include "net/request_head.h"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace repartee::net {

namespace {

// A peer that takes less than this within the progress time-out is stuck.
constexpr std::size_t write_piece = 64 << 10;

constexpr std::size_t read_piece = 16 << 10;

// For name, TCP and TLS together; the handshake that follows has a time-out of its own.
constexpr auto websocket_connect_timeout = 5s;

// Callers name it before they co_await: docs/hazards.md.
Error late(const ClientUrl& url, std::string_view what, std::string_view missed, Duration limit) {
    return {ErrorKind::ProviderLate, fmt::format("{} {}.", url.place(), what),
            fmt::format("no {} within {} ms", missed, limit / 1ms)};
}

Failure broken(const ClientUrl& url, std::string_view what, const boost::system::system_error& error) {
    return Failure(ErrorKind::ProviderBroke, fmt::format("{} {}.", url.place(), what),
                   error.code().message());
}

bool is_cancellation(const boost::system::system_error& error) {
    return error.code() == asio::error::operation_aborted;
}

bool wants_connection_of_its_own(const ClientRequest& request) {
    auto connection = request.headers.get("Connection");
    return request.only_to || (connection && names_token(*connection, "close"));
}

// --- the reply ---

class Reply final : public ClientReply {
public:
    Reply(std::shared_ptr<ConnectionPool> pool, Origin origin, std::unique_ptr<ClientConnection> connection,
          const ClientRequest& request, ClientUrl url, Clock& clock)
        : pool_(std::move(pool)),
          origin_(std::move(origin)),
          connection_(std::move(connection)),
          url_(std::move(url)),
          clock_(clock),
          progress_timeout_(request.progress_timeout),
          may_be_kept_(!wants_connection_of_its_own(request)),
          parser_(url_.place(),
                  request.method == "HEAD" ? ReplyParser::Body::Absent : ReplyParser::Body::Follows,
                  request.body_limit) {}

    // Sends the request and waits for the head. `request` outlives the call.
    awaitable<void> begin(const std::string& head, const ClientRequest& request) {
        co_await write(head, request.body);
        auto head_late = late(url_, "took too long to answer", "answer", request.first_byte_timeout);
        auto reading = read_head();
        co_await with_deadline(clock_, request.first_byte_timeout, std::move(reading), std::move(head_late));
        status_ = parser_.status();
        headers_ = parser_.headers();
        settle();
    }

    bool seen_anything() const { return parser_.seen_anything(); }

    int status() const override { return status_; }
    const Headers& headers() const override { return headers_; }

    awaitable<std::optional<std::string>> next() override {
        for (;;) {
            if (auto piece = parser_.take_body(); !piece.empty()) {
                co_return piece;
            }
            if (parser_.complete()) {
                co_return std::nullopt;
            }
            // Taken out for the wait, so that any exception closes it.
            if (!connection_) {
                throw Failure(ErrorKind::ProviderBroke, fmt::format("{} broke off earlier.", url_.place()));
            }
            auto connection = std::move(connection_);
            auto stalled =
                late(url_, "stopped in the middle of its answer", "further byte", progress_timeout_);
            auto reading = read_some(*connection);
            co_await with_deadline(clock_, progress_timeout_, std::move(reading), std::move(stalled));
            connection_ = std::move(connection);
            settle();
        }
    }

private:
    // A peer that refuses a request may answer and close before it has read all of it. So when
    // writing fails its answer is still looked for, and reading tells what is wrong if there is none.
    awaitable<void> write(const std::string& head, const std::string& body) {
        std::string joined = body.size() <= write_piece ? head + body : head;
        std::string_view rest = body.size() <= write_piece ? std::string_view() : std::string_view(body);
        try {
            co_await write_piece_of(joined);
            while (!rest.empty()) {
                auto piece = rest.substr(0, write_piece);
                rest.remove_prefix(piece.size());
                co_await write_piece_of(piece);
            }
        } catch (const boost::system::system_error& error) {
            if (is_cancellation(error)) {
                throw;
            }
        }
    }

    awaitable<void> write_piece_of(std::string_view piece) {
        auto stuck = late(url_, "does not take in what we send", "byte taken", progress_timeout_);
        auto writing = connection_->write(piece);
        co_await with_deadline(clock_, progress_timeout_, std::move(writing), std::move(stuck));
    }

    awaitable<void> read_head() {
        while (!parser_.head_complete()) {
            co_await read_some(*connection_);
        }
    }

    awaitable<void> read_some(ClientConnection& connection) {
        std::size_t count = 0;
        try {
            count = co_await connection.read_some(asio::buffer(room_));
        } catch (const boost::system::system_error& error) {
            if (is_cancellation(error)) {
                throw;
            }
            throw broken(url_,
                         parser_.seen_anything() ? "broke off in the middle of its answer"
                                                 : "closed the connection without an answer",
                         error);
        }
        if (count == 0) {
            parser_.feed_end();
        } else {
            parser_.feed({room_.data(), count});
        }
    }

    // The connection is of use to others as soon as the last byte is here, whether or not anybody
    // reads it.
    void settle() {
        if (!parser_.complete()) {
            return;
        }
        if (may_be_kept_ && parser_.reusable()) {
            pool_->give_back(origin_, std::move(connection_), clock_.now());
        }
        connection_.reset();
    }

    std::shared_ptr<ConnectionPool> pool_;  // the other owner is the client, which may go first
    Origin origin_;
    std::unique_ptr<ClientConnection> connection_;  // null once it is given back or closed
    ClientUrl url_;
    Clock& clock_;
    std::chrono::milliseconds progress_timeout_;
    bool may_be_kept_;
    ReplyParser parser_;
    std::array<char, read_piece> room_;
    int status_ = 0;
    Headers headers_;
};

}  // namespace

// --- the client ---

class HttpClient::Impl {
public:
    Impl(Clock& clock, TlsContext trust)
        : clock_(clock), trust_(std::move(trust)), pool_(std::make_shared<ConnectionPool>()) {}

    awaitable<std::unique_ptr<ClientReply>> send(ClientRequest request) {
        auto url = parse_http_url(request.url).value();
        auto head = request_head(request, url);
        auto executor = co_await asio::this_coro::executor;
        Origin origin{url.place(), url.secure, &asio::query(executor, asio::execution::context)};

        auto kept = wants_connection_of_its_own(request) ? nullptr : pool_->take(origin, clock_.now());
        if (kept) {
            auto reply = std::make_unique<Reply>(pool_, origin, std::move(kept), request, url, clock_);
            bool answered = co_await begin_on_kept(*reply, head, request);
            if (answered) {
                co_return reply;
            }
        }
        auto stream = co_await open_stream(url, trust_, clock_, request.connect_timeout, request.only_to);
        auto fresh = std::make_unique<ClientConnection>(std::move(stream));
        auto reply = std::make_unique<Reply>(pool_, origin, std::move(fresh), request, url, clock_);
        co_await reply->begin(head, request);
        co_return reply;
    }

    awaitable<std::unique_ptr<WebSocket>> connect(std::string url_text, Headers headers) {
        auto url = parse_websocket_url(url_text).value();
        for (const auto& [name, value] : headers) {
            check_header(name, value);
        }
        auto stream = co_await open_stream(url, trust_, clock_, websocket_connect_timeout);
        WebSocketOptions options;
        if (auto* plain = std::get_if<PlainStream>(&stream)) {
            co_return co_await open_websocket(std::move(*plain), url.authority(), url.target,
                                              std::move(headers), clock_, options);
        }
        co_return co_await open_websocket(std::move(std::get<TlsStream>(stream)), url.authority(), url.target,
                                          std::move(headers), clock_, options);
    }

private:
    // False when the connection turned out to be dead: the peer closed it without a byte of an answer.
    static awaitable<bool> begin_on_kept(Reply& reply, const std::string& head,
                                         const ClientRequest& request) {
        try {
            co_await reply.begin(head, request);
        } catch (const Failure& failure) {
            if (reply.seen_anything() || failure.error().kind != ErrorKind::ProviderBroke) {
                throw;
            }
            co_return false;
        }
        co_return true;
    }

    Clock& clock_;
    TlsContext trust_;
    std::shared_ptr<ConnectionPool> pool_;  // the other owners are replies under way
};

HttpClient::HttpClient(Clock& clock, TlsContext trust)
    : impl_(std::make_unique<Impl>(clock, std::move(trust))) {}

HttpClient::~HttpClient() = default;

awaitable<std::unique_ptr<ClientReply>> HttpClient::send(ClientRequest request) {
    return impl_->send(std::move(request));
}

awaitable<Response> HttpClient::fetch(ClientRequest request) {
    auto reply = co_await impl_->send(std::move(request));
    Response response;
    response.status = reply->status();
    response.headers = reply->headers();
    while (auto piece = co_await reply->next()) {
        response.body += *piece;
    }
    co_return response;
}

awaitable<std::unique_ptr<WebSocket>> HttpClient::connect(std::string url, Headers headers) {
    return impl_->connect(std::move(url), std::move(headers));
}

}  // namespace repartee::net
