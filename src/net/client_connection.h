// One connection to a server, plain or TLS, as the HTTP client uses it. Internal to this folder.
//
// One strand uses a connection at a time; HttpClient hands an idle one from strand to strand. That
// needs no re-binding: Asio completes an operation on the executor of the coroutine that awaits it,
// and the socket's own executor is merely what it would fall back on. What the hand-over does need
// is that nothing is under way and that one strand's use happens before the other's, which the
// pool's mutex sees to.
#pragma once

#include "base/clock.h"
#include "net/beast_websocket.h"
#include "net/client_url.h"
#include "net/tls.h"

#include <boost/asio/buffer.hpp>

#include <functional>
#include <memory>
#include <string_view>
#include <variant>

namespace repartee::net {

using ClientStream = std::variant<PlainStream, TlsStream>;

// Looks the host up, tries its addresses one after the other and shakes hands over TLS, all within
// `limit`. `trust` is needed for secure URLs only; `only_to` as in ClientRequest. Throws Failure: Unavailable
// when nobody answers, ProviderLate or ProviderBroke when somebody does and TLS fails, Forbidden when no
// address of the host may be connected to.
awaitable<ClientStream> open_stream(ClientUrl url, TlsContext trust, Clock& clock, Duration limit,
                                    std::function<bool(const asio::ip::address&)> only_to = {});

class ClientConnection {
public:
    explicit ClientConnection(ClientStream stream) : stream_(std::move(stream)) {}

    // At least one byte, or 0 when the peer has closed. Throws system_error; after any exception,
    // cancelling included, the connection is good for nothing but being destroyed.
    awaitable<std::size_t> read_some(asio::mutable_buffer room);
    // All of them, and they stay alive for the call. Throws as read_some.
    awaitable<void> write(std::string_view bytes);

    // Between two requests: whether the peer has neither closed the connection nor begun to speak.
    bool still_idle();

private:
    ClientStream stream_;
};

}  // namespace repartee::net
