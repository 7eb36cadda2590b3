// One connection of the load: a TCP socket that costs next to nothing.
//
// Sending never waits: what does not fit into the socket at once is kept back and counted, because an
// open loop does not wait for the server either. One thread; a Line outlives what it has under way by
// being shared with it.
#pragma once

#include "base/async.h"
#include "base/clock.h"
#include "base/sockets.h"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace repartee::bench {

class Line : public std::enable_shared_from_this<Line> {
public:
    // What came, and when it was read; empty: the other side has gone. Called until `hang_up`.
    using Received = std::function<void(std::string_view bytes, TimePoint at)>;

    explicit Line(asio::io_context& context) : socket_(context) {}

    // Throws Failure{Unavailable}.
    awaitable<void> connect(asio::ip::tcp::endpoint to);
    // Asks for a WebSocket and takes the 101. Throws Failure{ProviderBroke} for another answer.
    awaitable<void> upgrade(std::string host, std::string target);
    // The same, and whatever is answered instead: its head, and nothing when it is the 101. Empty: the other
    // side has hung up.
    awaitable<std::optional<std::string>> try_upgrade(std::string host, std::string target);

    // From now on whatever comes is told.
    void listen(Received received);

    // False when it could not go out at once: then, if nothing of it went, it is dropped.
    bool send(std::string_view bytes);
    // All of it, as soon as it goes. Only when nothing else is being sent.
    void send_all(std::string_view bytes);

    void hang_up();
    bool is_open() const { return socket_.is_open(); }

private:
    void await_bytes();
    void await_room();
    void read_what_is_there();
    void tell(std::string_view bytes, TimePoint at);

    TcpSocket socket_;
    Received received_;
    std::string unsent_;          // the rest of a frame that went halfway
    std::string received_early_;  // what came with the answer to the handshake
};

}  // namespace repartee::bench
