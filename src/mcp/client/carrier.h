// How frames get to a server and back: over HTTP, or through the pipes of a program. Knows nothing of what
// they say. Everything on one strand, that of the server's peer.
#pragma once

#include "base/async.h"
#include "mcp/json_rpc.h"
#include "mcp/protocol.h"
#include "net/http.h"

#include <functional>
#include <optional>
#include <string>

namespace repartee::mcp::client {

enum class Transport { Http, Process };

// What goes around a frame over HTTP. Pipes have no room for it.
struct Envelope {
    Era era = Era::Legacy;
    std::string version = {};  // empty: not agreed yet
    std::string session = {};
    net::Headers headers = {};  // of this request
};

// What came of a request: a result, an error of the protocol, or, over HTTP, a status alone.
struct Answer {
    int status = 200;
    std::optional<boost::json::object> result = {};
    std::optional<RpcError> error = {};
    std::string session = {};  // where the server began one with it
};

// Told of what a server says besides the answer.
using Heard = std::function<void(const Notification&)>;

// Of one message, in bytes: a picture in it has room.
constexpr std::size_t largest_message = std::size_t{8} << 20;

class Carrier {
public:
    virtual ~Carrier() = default;

    virtual Transport transport() const = 0;

    // Until there is somebody to talk to. Throws Failure when there is nobody.
    virtual awaitable<void> until_there() = 0;
    // Which connection this is: another number means that whoever talks there knows nothing of us.
    virtual std::uint64_t connection() const = 0;
    // The handshake is over, well.
    virtual void greeted() {}
    // It does not answer any more. A program is ended and started again.
    virtual void doubt() {}

    // Requests of the server's that come meanwhile are answered by the carrier. Throws Failure: Unavailable,
    // ProviderBroke, Unauthenticated; TooLarge. Cancelling it closes what the answer would have come through.
    // `heard` lives as long as the call.
    virtual awaitable<Answer> ask(Request request, Envelope envelope, Heard heard) = 0;
    // What wants no answer. Throws likewise.
    virtual awaitable<void> tell(Frame frame, Envelope envelope) = 0;

    // Hears what the server says unasked, until it stops. False where it says nothing unasked.
    virtual awaitable<bool> listen(Envelope envelope, Heard heard) = 0;
    // The session is over.
    virtual awaitable<void> say_goodbye(Envelope envelope) = 0;
};

// The answer to a request of a server's: we do nothing for servers but say that we are here.
Frame answer_to(const Request& request);

}  // namespace repartee::mcp::client
