// HTTP/1.1 and WebSocket client, for engines over the network and for `repartee talk`.
//
// Connections are kept and used again per origin (scheme, host, port): at most 8 idle ones each, for
// at most 30 s, and by any strand. Redirects are not followed. A request with the header
// "Connection: close" has a connection of its own, and is therefore never sent twice; so has one that may
// not go to every address.
// Destroying a reply that is not finished closes its connection, which is how generation is
// stopped upstream.
#pragma once

#include "base/async.h"
#include "base/clock.h"
#include "net/handshake_refused.h"
#include "net/http.h"
#include "net/tls.h"
#include "net/websocket.h"

#include <boost/asio/ip/address.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace repartee::net {

struct ClientRequest {
    std::string method = "GET";
    std::string url = {};  // http:// or https://
    Headers headers = {};
    std::string body = {};
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds first_byte_timeout{60'000};  // request sent -> head of the reply
    std::chrono::milliseconds progress_timeout{30'000};    // between two pieces of the body
    std::size_t body_limit = 64 << 20;
    // Which addresses may be connected to; empty: all. Asked of every address that the host's name turns out
    // to have, and the one that is connected to is one of those: a name server cannot change its mind in
    // between.
    std::function<bool(const asio::ip::address&)> only_to = {};
};

// The head has arrived; the body is read piece by piece.
class ClientReply {
public:
    virtual ~ClientReply() = default;
    virtual int status() const = 0;
    virtual const Headers& headers() const = 0;
    // Some bytes as they arrive; nothing at the end. Throws Failure{ProviderLate} after the progress
    // time-out, {ProviderBroke} when the connection breaks off before the end, {TooLarge} past the limit.
    virtual awaitable<std::optional<std::string>> next() = 0;
};

// A line at a time, without its line ending, for NDJSON and SSE. A last line without an ending
// counts. A line over `limit` bytes throws Failure{ProviderBroke}.
class LineReader {
public:
    explicit LineReader(ClientReply& reply, std::size_t limit = 1 << 20) : reply_(reply), limit_(limit) {}
    awaitable<std::optional<std::string>> next();

private:
    ClientReply& reply_;
    std::size_t limit_;
    std::string pending_;
    std::size_t begin_ = 0;     // of the next line in `pending_`
    std::size_t searched_ = 0;  // no line ending before this
    bool ended_ = false;
};

// Destroyed after everything it has under way, and before the io_context whose sockets it keeps.
class HttpClient {
public:
    // `trust` may be null: then secure URLs fail. `clock` outlives the client and its replies.
    HttpClient(Clock& clock, TlsContext trust);
    ~HttpClient();

    // Sends and waits for the head. Throws Failure: Unavailable when nobody answers there (the
    // message names host and port), ProviderLate, ProviderBroke, TooLarge, and Malformed for a URL
    // or header that cannot be sent, {Forbidden} for a host of which `only_to` holds nowhere. A kept
    // connection that turns out to be dead is replaced once, silently. Any strand; the reply lives on the
    // caller's. Cancelling closes the connection and throws operation_aborted, here and in `next`.
    awaitable<std::unique_ptr<ClientReply>> send(ClientRequest request);

    // The same with the whole body. Throws Failure{TooLarge} past the limit.
    awaitable<Response> fetch(ClientRequest request);

    // A WebSocket: ws:// or wss://. Throws Failure as `send`, HandshakeRefused when the server answers
    // with anything else.
    awaitable<std::unique_ptr<WebSocket>> connect(std::string url, Headers headers = {});

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace repartee::net
