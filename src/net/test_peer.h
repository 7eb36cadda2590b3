// The other end for tests of the client: says exactly what a test lets it say, mistakes included.
#pragma once

#include "base/sockets.h"
#include "net/client_connection.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>
#include <utility>

namespace repartee::net {

// One accepted connection. Destroying it closes it.
class PeerConnection {
public:
    explicit PeerConnection(ClientStream stream) : connection_(std::move(stream)) {}

    // A whole request, head and body; empty when the client has closed the connection.
    awaitable<std::string> request() {
        for (;;) {
            if (auto length = request_length(); length > 0 && heard_.size() >= length) {
                auto request = heard_.substr(0, length);
                heard_.erase(0, length);
                co_return request;
            }
            std::array<char, 4096> room;
            auto count = co_await connection_.read_some(asio::buffer(room));
            if (count == 0) {
                co_return std::string();
            }
            heard_.append(room.data(), count);
        }
    }

    awaitable<void> say(std::string bytes) { co_await connection_.write(bytes); }

    // Returns when the client has closed the connection.
    awaitable<void> until_closed() {
        std::array<char, 4096> room;
        try {
            while (co_await connection_.read_some(asio::buffer(room)) > 0) {
            }
        } catch (const boost::system::system_error& error) {
            if (error.code() == asio::error::operation_aborted) {
                throw;
            }
        }
    }

private:
    // 0 as long as the head is not whole.
    std::size_t request_length() const {
        auto head_end = heard_.find("\r\n\r\n");
        if (head_end == heard_.npos) {
            return 0;
        }
        std::size_t body = 0;
        const std::string announcement = "Content-Length: ";
        if (auto at = heard_.find(announcement); at < head_end) {
            body = std::stoul(heard_.substr(at + announcement.size(), 20));
        }
        return head_end + 4 + body;
    }

    ClientConnection connection_;
    std::string heard_;
};

class TestPeer {
public:
    explicit TestPeer(asio::io_context& context, TlsContext tls = nullptr)
        : acceptor_(context, {asio::ip::address_v4::loopback(), 0}), tls_(std::move(tls)) {}

    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    std::string url(std::string_view path = "/") const {
        return fmt::format("http{}://127.0.0.1:{}{}", tls_ ? "s" : "", port(), path);
    }

    awaitable<PlainStream> accept_socket() { co_return co_await acceptor_.async_accept(use_awaitable); }

    awaitable<PeerConnection> accept() { co_return PeerConnection(co_await accept_stream()); }

    // `head` becomes the client's side of the handshake.
    awaitable<std::unique_ptr<WebSocket>> accept_websocket(Clock& clock, std::string& head) {
        auto stream = co_await accept_stream();
        WebSocketOptions options;
        if (auto* plain = std::get_if<PlainStream>(&stream)) {
            co_await asio::async_read_until(*plain, asio::dynamic_buffer(head), "\r\n\r\n", use_awaitable);
            auto request = handshake_from(head);
            co_return co_await net::accept_websocket(std::move(*plain), request, clock, options);
        }
        auto& tls = std::get<TlsStream>(stream);
        co_await asio::async_read_until(tls, asio::dynamic_buffer(head), "\r\n\r\n", use_awaitable);
        auto request = handshake_from(head);
        co_return co_await net::accept_websocket(std::move(tls), request, clock, options);
    }

private:
    awaitable<ClientStream> accept_stream() {
        auto socket = co_await accept_socket();
        if (!tls_) {
            co_return ClientStream(std::move(socket));
        }
        TlsStream stream(std::move(socket), *tls_);
        co_await stream.async_handshake(asio::ssl::stream_base::server, use_awaitable);
        co_return ClientStream(std::move(stream));
    }

    static Request handshake_from(const std::string& head) {
        Request request;
        request.host = "localhost";
        const std::string key = "Sec-WebSocket-Key: ";
        auto at = head.find(key) + key.size();
        request.headers.add("Sec-WebSocket-Key", head.substr(at, head.find("\r\n", at) - at));
        request.headers.add("Sec-WebSocket-Version", "13");
        return request;
    }

    TcpAcceptor acceptor_;
    TlsContext tls_;
};

// Runs until `coroutine` has ended, and throws what it threw. The bound is for tests that hang.
inline void run_to_end(asio::io_context& context, awaitable<void> coroutine) {
    std::optional<std::exception_ptr> end;
    asio::co_spawn(context, std::move(coroutine), [&](std::exception_ptr failure) {
        end = std::move(failure);
        context.stop();
    });
    context.restart();
    context.run_for(30s);
    if (!end) {
        throw std::runtime_error("the test did not come to its end");
    }
    if (*end) {
        std::rethrow_exception(*end);
    }
}

// The Error of a request that is expected to fail; Internal when it does not.
inline awaitable<Error> failure_of(awaitable<void> attempt) {
    try {
        co_await std::move(attempt);
    } catch (const Failure& failure) {
        co_return failure.error();
    }
    Error none{ErrorKind::Internal, "it did not fail", {}};
    co_return none;
}

}  // namespace repartee::net
