// What HttpClient::connect throws when the server answers the handshake, and not with a WebSocket.
#pragma once

#include "base/error.h"
#include "net/http.h"

namespace repartee::net {

// As a Failure it is of the kind ProviderBroke and says the status. Who knows the server can tell more
// from what it answered.
class HandshakeRefused : public Failure {
public:
    HandshakeRefused(Error error, Response answer) : Failure(std::move(error)), answer_(std::move(answer)) {}

    // Status, headers, and of the body the beginning.
    const Response& answer() const noexcept { return answer_; }

private:
    Response answer_;
};

}  // namespace repartee::net
