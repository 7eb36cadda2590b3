#include "engines/provider_http.h"

#include "base/together.h"
#include "engines/short_wait.h"

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::engines {

namespace {

// A refusal's body is a sentence; more is not read.
constexpr std::size_t refusal_limit = 16 << 10;  // bytes

// A server that is up answers in much less.
constexpr Duration look_limit = 5s;

awaitable<std::unique_ptr<net::ClientReply>> ask_once(const Provider& provider, net::HttpClient& http,
                                                      net::ClientRequest request) {
    auto reply = co_await http.send(std::move(request));
    if (reply->status() != 200) {
        auto body = co_await beginning_of_body(*reply, refusal_limit);
        throw Refused(provider, reply->status(), reply->headers(), body);
    }
    co_return reply;
}

}  // namespace

net::Headers bearer(const Provider& provider) {
    net::Headers headers;
    if (!provider.key.empty()) {
        headers.add("Authorization", "Bearer " + provider.key.reveal());
    }
    return headers;
}

awaitable<std::unique_ptr<net::ClientReply>> ask(const Provider& provider, net::HttpClient& http,
                                                 Clock& clock, net::ClientRequest request) {
    auto again = request;
    std::optional<Duration> come_back;
    try {
        co_return co_await ask_once(provider, http, std::move(request));
    } catch (const Refused& refused) {
        if (!refused.come_back()) {
            throw;
        }
        come_back = refused.come_back();
    }
    co_await clock.sleep(*come_back);
    co_return co_await ask_once(provider, http, std::move(again));
}

awaitable<std::string> beginning_of_body(net::ClientReply& reply, std::size_t limit) {
    std::string body;
    while (body.size() < limit) {
        auto piece = co_await reply.next();
        if (!piece) {
            break;
        }
        body += *piece;
    }
    co_return body;
}

awaitable<Health> look_whether_there(const Provider& provider, net::HttpClient& http, Clock& clock,
                                     std::string_view model) {
    Error late{ErrorKind::ProviderLate, provider.name + " does not answer.", "no models within 5 s"};
    net::ClientRequest request{.url = http_url(provider.base_url, "/models"), .headers = bearer(provider)};
    auto asking = http.fetch(std::move(request));
    try {
        auto reply = co_await with_deadline(clock, look_limit, std::move(asking), std::move(late));
        if (reply.status == 401 || reply.status == 403 || reply.status >= 500) {
            co_return health_after(provider, refusal(provider, reply.status, complaint_in(reply.body)));
        }
    } catch (const Failure& failure) {
        co_return health_after(provider, failure.error());
    }
    co_return health_when_there(provider, model);
}

}  // namespace repartee::engines
