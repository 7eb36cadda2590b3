// WebSockets made from a connected stream: the server's answer to a handshake and the client's
// request for one. Internal to this folder.
//
// Beast's WebSocket code is slow to compile, so all of it lives in beast_websocket.cpp.
#pragma once

#include "base/clock.h"
#include "base/sockets.h"
#include "net/http.h"
#include "net/websocket.h"

#include <boost/beast/ssl/ssl_stream.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace repartee::net {

using PlainStream = TcpSocket;
using TlsStream = boost::beast::ssl_stream<PlainStream>;

struct WebSocketOptions {
    std::size_t message_limit = 16 << 20;  // bytes of one incoming message; more closes with 1009
    std::chrono::milliseconds handshake_timeout{10'000};
    // A peer that has said nothing for so long while somebody waits for it is pinged, and dropped
    // after as long again.
    std::chrono::milliseconds ping_interval{20'000};
    std::chrono::milliseconds write_timeout{30'000};  // a peer that takes nothing for so long is dropped
    std::chrono::milliseconds close_timeout{3'000};   // for the peer's half of the closing handshake
};

// Both roles: runs on the stream's executor, which must be the strand of the calling coroutine.
// `clock` outlives the socket. Destroying the socket drops the connection.
//
// Cancelling receive, send or close is harmless to the socket: a message that was being read is
// kept for the next receive, and a frame that was begun is finished.

// Server. `request` has passed check_websocket_handshake; answers 101. Null when the client has gone.
awaitable<std::unique_ptr<WebSocket>> accept_websocket(PlainStream stream, const Request& request,
                                                       Clock& clock, WebSocketOptions options);
awaitable<std::unique_ptr<WebSocket>> accept_websocket(TlsStream stream, const Request& request, Clock& clock,
                                                       WebSocketOptions options);

// Client, on a stream that is connected (and past the TLS handshake). `host` is the Host header, with
// the port where it is not the scheme's own; `target` the path with query; `headers` are added.
// Throws Failure: HandshakeRefused (the message says the status), ProviderBroke when the peer broke off,
// ProviderLate after handshake_timeout.
awaitable<std::unique_ptr<WebSocket>> open_websocket(PlainStream stream, std::string host, std::string target,
                                                     Headers headers, Clock& clock, WebSocketOptions options);
awaitable<std::unique_ptr<WebSocket>> open_websocket(TlsStream stream, std::string host, std::string target,
                                                     Headers headers, Clock& clock, WebSocketOptions options);

}  // namespace repartee::net
