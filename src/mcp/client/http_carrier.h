// Streamable HTTP: every frame is a POST to one address, and what comes back is one frame or a stream of
// them.
//
// The token goes to this address, and on redirects to the same host alone; what sends us elsewhere is
// refused.
#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "mcp/client/carrier.h"
#include "net/http_client.h"

#include <memory>
#include <string>

namespace repartee::mcp::client {

class HttpCarrier final : public Carrier {
public:
    // The others outlive it.
    HttpCarrier(std::string url, Secret token, net::HttpClient& http, Clock& clock, Log log);

    Transport transport() const override { return Transport::Http; }
    awaitable<void> until_there() override { co_return; }
    std::uint64_t connection() const override { return 1; }  // each request may have one of its own
    awaitable<Answer> ask(Request request, Envelope envelope, Heard heard) override;
    awaitable<void> tell(Frame frame, Envelope envelope) override;
    awaitable<bool> listen(Envelope envelope, Heard heard) override;
    awaitable<void> say_goodbye(Envelope envelope) override;

private:
    using Reply = std::unique_ptr<net::ClientReply>;

    // What a stream is read for; nothing else ends it early.
    struct Wanted {
        std::optional<RequestId> id;  // nothing: there is no answer to wait for
        const Envelope& envelope;
        const Heard& heard;
    };

    net::ClientRequest request_for(std::string method, const Envelope& envelope) const;
    awaitable<Reply> send(net::ClientRequest request);
    awaitable<Answer> answer_in_stream(Reply reply, Wanted wanted);
    awaitable<std::optional<Answer>> take(std::string text, Wanted wanted);
    awaitable<void> answer(Request request, Envelope envelope);

    const std::string url_;
    const Secret token_;
    net::HttpClient& http_;
    Clock& clock_;
    const Log log_;
    bool puzzled_ = false;  // by what it says; told once
};

}  // namespace repartee::mcp::client
