// One WebSocket, from either side. Beast and TLS stay behind this header.
//
// One coroutine receives, one sends: `receive` may run beside the senders, and senders queue up
// behind each other. Everything on the connection's strand. Pings are answered and sent by
// themselves; a peer that answers none is dropped after the idle time.
#pragma once

#include "base/async.h"
#include "base/clock.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace repartee::net {

enum class CloseCode : std::uint16_t {
    Normal = 1000,
    GoingAway = 1001,
    ProtocolError = 1002,
    Unacceptable = 1003,
    BadText = 1007,
    PolicyViolated = 1008,
    TooBig = 1009,
    InternalError = 1011,
    Restarting = 1012,
    Overloaded = 1013,
};

struct WsMessage {
    bool binary = false;
    std::string data;
};

class WebSocket {
public:
    virtual ~WebSocket() = default;

    // The next whole message; nothing once the other side has closed or gone.
    // A message over the limit, or text that is not UTF-8, closes with 1009 or 1007 and ends it.
    virtual awaitable<std::optional<WsMessage>> receive() = 0;

    // True when handed to the network; false when the socket is closed or gone. Waits while the
    // peer reads more slowly than we send; a peer that takes nothing for the send time-out is dropped.
    virtual awaitable<bool> send_text(std::string text) = 0;
    virtual awaitable<bool> send_binary(std::string bytes) = 0;

    // Says goodbye and waits briefly for the answer. Safe to call twice.
    virtual awaitable<void> close(CloseCode code, std::string reason = {}) = 0;

    // Says goodbye by itself at that time, and `receive` ends. Once.
    virtual void close_at(TimePoint when, CloseCode code, std::string reason) = 0;

    virtual bool is_open() const = 0;
    // After receive() has ended: what the peer closed with, if it did.
    virtual std::optional<std::uint16_t> close_code() const = 0;

    // On a server's side: what to do when the server is about to stop; done at once where it is already.
    // Finish what is in hand and return: after the grace time the handler is cancelled. One action at a time,
    // forgotten when what is returned is let go.
    using Watch = std::shared_ptr<const std::function<void()>>;
    [[nodiscard]] Watch when_draining(std::function<void()> action) {
        return draining_.watch(std::move(action));
    }
    void announce_draining() { draining_.announce(); }

    // Likewise: what to do when another process has taken the server's place. Clients that connect anew come
    // to that one, and those that are here may stay: only who is better off there says goodbye (`close_at`
    // with CloseCode::Restarting).
    [[nodiscard]] Watch when_succeeded(std::function<void()> action) {
        return succeeded_.watch(std::move(action));
    }
    void announce_succession() { succeeded_.announce(); }

private:
    class Announcement {
    public:
        Watch watch(std::function<void()> action) {
            auto watch = std::make_shared<const std::function<void()>>(std::move(action));
            action_ = watch;
            if (is_made_) {
                (*watch)();
            }
            return watch;
        }
        void announce() {
            is_made_ = true;
            if (auto watch = action_.lock()) {
                (*watch)();
            }
        }

    private:
        std::weak_ptr<const std::function<void()>> action_;  // owned by the handler: either may go first
        bool is_made_ = false;
    };

    Announcement draining_;
    Announcement succeeded_;
};

}  // namespace repartee::net
