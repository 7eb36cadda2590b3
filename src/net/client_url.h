// Where a client goes: the parts of an http, https, ws or wss URL. Internal to this folder.
#pragma once

#include "base/error.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace repartee::net {

struct ClientUrl {
    bool secure = false;     // https or wss
    std::string host;        // lower case, an IPv6 address without brackets
    std::uint16_t port = 0;  // given, or the scheme's own
    std::string target;      // path and query as they stand in a request; begins with '/'

    // For people: "localhost:11434", "[::1]:80".
    std::string place() const;
    // For the Host header: the port is left out where it is the scheme's own.
    std::string authority() const;
};

// An Error (Malformed) quotes the URL without its query, which may hold a key.
Result<ClientUrl> parse_http_url(std::string_view url);
Result<ClientUrl> parse_websocket_url(std::string_view url);

}  // namespace repartee::net
