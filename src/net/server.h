// The HTTP and WebSocket server: listeners, connections, limits, draining. Another process may listen at the
// same sockets, and take its place while connections go on (docs/restart.md).
//
// A connection lives on the given loop, or stays with one of several. All bytes of a request head pass
// the strict validator (http_validator.h) before anything else looks at them.
#pragma once

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/log.h"
#include "base/metrics.h"
#include "net/origins.h"
#include "net/router.h"
#include "net/tls.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace repartee::net {

struct ServerOptions {
    OriginPolicy origins = {};
    std::optional<TlsIdentity> tls = {};  // given: on every listener

    // Each is run by one thread: connections are dealt out to them in turn. Empty: they live
    // on the server's.
    std::vector<Executor> loops = {};

    // Asked where a GET of a path with parameters has nothing to show (404), on the connection's strand:
    // another server may know. Nothing: neither does that. Answers soon, and throws nothing.
    std::function<awaitable<std::optional<Response>>(const Request&)> elsewhere = {};

    std::size_t max_connections = 10'000;  // one more is answered 503 and closed
    std::size_t head_limit = 16 << 10;     // bytes of request line and headers; more is 431 (or 414)
    std::chrono::milliseconds head_timeout{10'000};        // first byte to end of head; then 408
    std::chrono::milliseconds body_timeout{30'000};        // between two pieces of a body; then 408
    std::chrono::milliseconds keep_alive_timeout{60'000};  // between two requests of a connection
    std::chrono::milliseconds write_timeout{30'000};  // a client that takes nothing for so long is dropped
    std::chrono::milliseconds websocket_ping_interval{20'000};  // a silent peer is pinged, and dropped
                                                                // after as long again
};

struct Endpoint {
    std::string address;  // "127.0.0.1", "::1", "0.0.0.0"
    std::uint16_t port = 0;
};

class Server {
public:
    // `router` and the others outlive the server and its connections: drain before letting go.
    Server(const Executor& executor, const Router& router, ServerOptions options, Clock& clock, Log log,
           Metrics& metrics);
    ~Server();

    // When connections are taken. They wait in the kernel until then.
    enum class Accepting { AtOnce, Later };

    // Binds and begins to accept; port 0 takes any free one. The endpoint really bound, or
    // an Error that says which address and why.
    Result<Endpoint> listen(const Endpoint& endpoint, Accepting accepting = Accepting::AtOnce);
    // The same at a socket that listens already (`listening_at`), and that others may have, too.
    Result<Endpoint> adopt(Descriptor listener, Accepting accepting = Accepting::AtOnce);
    // Begins to accept where that was to be later. On the server's loop, or before it runs.
    void accept();
    // The sockets that it listens at, in the order in which they were added. Likewise.
    std::vector<int> listeners() const;

    // Another process takes connections from now on. Those that are here go on: HTTP ends after its next
    // answer, and WebSockets are told (WebSocket::when_succeeded). On the server's loop.
    void retire();
    // Returns when there is no connection. On the server's loop.
    awaitable<void> until_empty();

    // Stops accepting, closes idle connections, tells open WebSockets (WebSocket::when_draining) and
    // lets requests in hand finish. What is left after `grace` is cancelled. WebSockets are closed
    // with 1012 either way. Returns when no connection is left. Any strand; once.
    awaitable<void> drain(std::chrono::milliseconds grace);

    std::size_t connections() const;

    // Whether drain has begun.
    bool draining() const;

private:
    class Impl;
    std::shared_ptr<Impl> impl_;  // shared with the connections' coroutines, which may end last
};

// Where a descriptor of unknown origin listens. An Error that says what else it is: only sockets that listen
// on TCP can be adopted.
Result<Endpoint> listening_at(int descriptor);

}  // namespace repartee::net
