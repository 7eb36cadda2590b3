#include "net/transport.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/write.hpp>

#include <optional>

namespace repartee::net {

namespace {

// How much is offered to the network at once: the grain in which progress is seen.
constexpr std::size_t write_grain = 64 << 10;

// What goes out as one TLS record, and is worth copying together for that.
constexpr std::size_t one_record = 16 << 10;

constexpr auto as_outcome = asio::as_tuple(use_awaitable);

template <class Stream>
awaitable<IoOutcome> write_all(Stream& stream, std::array<asio::const_buffer, 2> pieces, Watchdog& watchdog,
                               Duration limit) {
    watchdog.expect_within(limit);
    auto progress = [&watchdog, limit, taken = std::size_t(0)](error_code error, std::size_t total) mutable {
        if (error || watchdog.late()) {
            return std::size_t(0);
        }
        if (total > taken) {
            taken = total;
            watchdog.expect_within(limit);
        }
        return write_grain;
    };
    return asio::async_write(stream, pieces, progress, as_outcome);
}

class PlainTransport final : public Transport {
public:
    explicit PlainTransport(PlainStream stream) : stream_(std::move(stream)) {}

    awaitable<std::tuple<error_code>> open() override { co_return std::tuple(error_code()); }

    awaitable<IoOutcome> read_some(asio::mutable_buffer into) override {
        return stream_.async_read_some(into, as_outcome);
    }

    awaitable<IoOutcome> write(std::array<asio::const_buffer, 2> pieces, Watchdog& watchdog,
                               Duration limit) override {
        return write_all(stream_, pieces, watchdog, limit);
    }

    awaitable<void> finish() override {
        error_code ignored;
        stream_.shutdown(PlainStream::shutdown_send, ignored);
        co_return;
    }

    void cancel() override {
        error_code ignored;
        stream_.cancel(ignored);
    }

    void close() override {
        error_code ignored;
        stream_.close(ignored);
    }

    awaitable<std::unique_ptr<WebSocket>> upgrade(const Request& request, Clock& clock,
                                                  WebSocketOptions options) override {
        return accept_websocket(std::move(stream_), request, clock, options);
    }

private:
    PlainStream stream_;
};

class TlsTransport final : public Transport {
public:
    TlsTransport(PlainStream stream, TlsContext context)
        : context_(std::move(context)), stream_(std::in_place, std::move(stream), *context_) {}

    awaitable<std::tuple<error_code>> open() override {
        return stream_->async_handshake(asio::ssl::stream_base::server, as_outcome);
    }

    awaitable<IoOutcome> read_some(asio::mutable_buffer into) override {
        return stream_->async_read_some(into, as_outcome);
    }

    awaitable<IoOutcome> write(std::array<asio::const_buffer, 2> pieces, Watchdog& watchdog,
                               Duration limit) override {
        if (pieces[0].size() + pieces[1].size() <= one_record) {
            co_return co_await write_all(*stream_, pieces, watchdog, limit);
        }
        // One after the other: given both, the stream below stops after the first.
        std::size_t written = 0;
        for (auto piece : pieces) {
            std::array alone{piece, asio::const_buffer()};
            auto [error, size] = co_await write_all(*stream_, alone, watchdog, limit);
            written += size;
            if (error || size < piece.size()) {
                co_return IoOutcome(error, written);
            }
        }
        co_return IoOutcome(error_code(), written);
    }

    awaitable<void> finish() override { co_await stream_->async_shutdown(as_outcome); }

    void cancel() override {
        if (stream_) {
            error_code ignored;
            stream_->next_layer().cancel(ignored);
        }
    }

    void close() override {
        if (stream_) {
            error_code ignored;
            stream_->next_layer().close(ignored);
        }
    }

    awaitable<std::unique_ptr<WebSocket>> upgrade(const Request& request, Clock& clock,
                                                  WebSocketOptions options) override {
        auto stream = std::move(*stream_);
        stream_.reset();
        return accept_websocket(std::move(stream), request, clock, options);
    }

private:
    TlsContext context_;
    std::optional<TlsStream> stream_;  // until it has become a WebSocket
};

}  // namespace

std::unique_ptr<Transport> plain_transport(PlainStream stream) {
    return std::make_unique<PlainTransport>(std::move(stream));
}

std::unique_ptr<Transport> tls_transport(PlainStream stream, TlsContext context) {
    return std::make_unique<TlsTransport>(std::move(stream), std::move(context));
}

}  // namespace repartee::net
