// Asking a provider over HTTP: the part that is the same for all of them. Used by the engines over the
// network.
#pragma once

#include "engines/provider.h"

#include <memory>
#include <string>
#include <string_view>

namespace repartee::engines {

// "Authorization: Bearer ..." where there is a key.
net::Headers bearer(const Provider& provider);

// The reply to a request that was taken: 200. Throws Refused otherwise, and what HttpClient::send throws.
// A refusal that asks us to come back in a moment is followed once. The provider outlives the call.
awaitable<std::unique_ptr<net::ClientReply>> ask(const Provider& provider, net::HttpClient& http,
                                                 Clock& clock, net::ClientRequest request);

// The body as far as `limit` bytes.
awaitable<std::string> beginning_of_body(net::ClientReply& reply, std::size_t limit);

// Whether anybody is there who accepts the key: GET {base}/models. Who answers anything but a refusal of the
// key is there; not everybody lists models.
awaitable<Health> look_whether_there(const Provider& provider, net::HttpClient& http, Clock& clock,
                                     std::string_view model);

}  // namespace repartee::engines
