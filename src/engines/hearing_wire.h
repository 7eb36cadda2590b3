// What one provider says and understands while it hears an utterance over a WebSocket. One object is one
// utterance on one socket. Pure: the tests are tables of messages.
#pragma once

#include "base/error.h"
#include "net/websocket.h"
#include "vocabulary/transcript.h"

#include <memory>
#include <optional>
#include <vector>

namespace repartee::engines {

class HearingWire {
public:
    virtual ~HearingWire() = default;

    // Said before the first sound; nothing where the address has said it all.
    virtual std::optional<net::WsMessage> opening() const = 0;
    // Said when all sound has been sent, once.
    virtual std::vector<net::WsMessage> closing() = 0;
    // Said when there has been no sound for a while, so that the provider does not hang up.
    virtual net::WsMessage keepalive() const = 0;

    enum class Progress {
        Nothing,
        News,           // there is more text, or other text
        AllButCertain,  // that was all, unless something else comes in a moment
        Complete,       // that was all
    };
    // An Error ends the attempt; kinds as those of `refusal` in provider.h.
    virtual Result<Progress> take(const net::WsMessage& message) = 0;

    // The peer has closed the socket after `closing` was said: whether that was all.
    virtual bool complete_at_close() const = 0;

    // As understood so far.
    virtual Transcript heard() const = 0;
};

}  // namespace repartee::engines
