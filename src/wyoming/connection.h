// One Wyoming connection of ours to another process: a worker of this server, or a service on the
// network.
//
// One coroutine receives, one sends; both on the strand it was opened on. Closing it, or destroying
// it, is how work on the other side is stopped: the protocol has no other word for it.
#pragma once

#include "base/async.h"
#include "base/sockets.h"
#include "wyoming/event.h"

namespace repartee::wyoming {

class Connection {
public:
    using Endpoint = asio::generic::stream_protocol::endpoint;

    // One that is open already.
    explicit Connection(StreamSocket socket, EventLimits limits = {})
        : socket_(std::move(socket)), reader_(limits) {}

    // Throws Failure{Unavailable} when nobody listens there.
    static awaitable<Connection> open(Endpoint endpoint, EventLimits limits = {});

    // The next event; nothing when the other side has closed between two events. Throws
    // Failure{ProviderBroke} when it breaks off within one or does not speak the protocol.
    awaitable<std::optional<Event>> receive();

    // False when the other side has gone: what it said before that is still to be received.
    awaitable<bool> send(Event event);

    void close();

private:
    StreamSocket socket_;
    EventReader reader_;
    std::string incoming_;
};

}  // namespace repartee::wyoming
