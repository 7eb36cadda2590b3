// The bytes of one accepted connection, plain or through TLS. Internal to this folder.
//
// One reader and one writer at a time, which may run beside each other; everything on the
// connection's strand.
#pragma once

#include "base/clock.h"
#include "net/beast_websocket.h"
#include "net/tls.h"
#include "net/watchdog.h"

#include <boost/asio/buffer.hpp>

#include <array>
#include <memory>
#include <tuple>

namespace repartee::net {

using boost::system::error_code;
using IoOutcome = std::tuple<error_code, std::size_t>;

class Transport {
public:
    virtual ~Transport() = default;

    // The TLS handshake where there is one.
    virtual awaitable<std::tuple<error_code>> open() = 0;
    virtual awaitable<IoOutcome> read_some(asio::mutable_buffer into) = 0;
    // All of it. The watchdog expects some progress within `limit`, again and again.
    virtual awaitable<IoOutcome> write(std::array<asio::const_buffer, 2> pieces, Watchdog& watchdog,
                                       Duration limit) = 0;
    // Tells the other side that no more will come; it may still send.
    virtual awaitable<void> finish() = 0;
    // Ends reading and writing under way with operation_aborted.
    virtual void cancel() = 0;
    virtual void close() = 0;
    // Answers the handshake of `request`. The transport is empty afterwards.
    virtual awaitable<std::unique_ptr<WebSocket>> upgrade(const Request& request, Clock& clock,
                                                          WebSocketOptions options) = 0;
};

std::unique_ptr<Transport> plain_transport(PlainStream stream);
std::unique_ptr<Transport> tls_transport(PlainStream stream, TlsContext context);

}  // namespace repartee::net
