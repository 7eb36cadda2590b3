// What came with a request to prove who somebody is. Pure.
#pragma once

#include "net/http.h"

#include <string>

namespace repartee::surfaces {

struct Credentials {
    bool given = false;
    std::string token;  // empty although given: nothing that could be one
};

// `Authorization: Bearer`; where there is no such header the query's `token`, should that count: browsers
// cannot set a header for a WebSocket.
enum class TokenInQuery { Counts, DoesNot };
Credentials credentials_of(const net::Request& request, TokenInQuery in_query);

}  // namespace repartee::surfaces
