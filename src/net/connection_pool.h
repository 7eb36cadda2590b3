// Connections kept for the next request to the same origin. Any thread. Internal to this folder.
#pragma once

#include "net/client_connection.h"

#include <compare>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace repartee::net {

struct Origin {
    std::string place;  // host and port
    bool secure = false;
    // The io_context whose reactor watches the socket: connections do not move between two of them.
    const asio::execution_context* loop = nullptr;

    auto operator<=>(const Origin&) const = default;
};

class ConnectionPool {
public:
    // The one used last, because it is the least likely to have been closed meanwhile; null when
    // none is left that is alive.
    std::unique_ptr<ClientConnection> take(const Origin& origin, TimePoint now);

    // Nothing may be under way on it. Closed when there are enough already.
    void give_back(const Origin& origin, std::unique_ptr<ClientConnection> connection, TimePoint now);

private:
    struct Idle {
        std::unique_ptr<ClientConnection> connection;
        TimePoint since;
    };

    void close_old_ones(TimePoint now);

    // Guards what follows, and orders the last use of a connection by one strand before its first
    // use by the next.
    std::mutex mutex_;
    std::map<Origin, std::vector<Idle>> idle_;  // oldest first
};

}  // namespace repartee::net
