// What a handler of long answers holds: the request, and the one way to answer it.
// Internal to this folder.
#pragma once

#include "net/response_writer.h"
#include "net/router.h"

#include <cassert>

namespace repartee::net {

class HttpExchange final : public Exchange {
public:
    // Both outlive the exchange.
    HttpExchange(const Request& request, ResponseWriter& writer) : request_(request), writer_(writer) {}

    const Request& request() const override { return request_; }

    awaitable<void> respond(Response response) override {
        assert(writer_.untouched());
        co_await writer_.whole(std::move(response));
    }

    awaitable<BodyWriter*> stream(Response head) override {
        assert(writer_.untouched());
        streams_ = true;
        co_await writer_.begin(std::move(head));
        co_return &writer_;
    }

    bool streams() const { return streams_; }

private:
    const Request& request_;
    ResponseWriter& writer_;
    bool streams_ = false;
};

}  // namespace repartee::net
