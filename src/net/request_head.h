// The first lines of a request as a client writes them. Internal to this folder.
#pragma once

#include "net/client_url.h"
#include "net/http_client.h"

#include <string>
#include <string_view>

namespace repartee::net {

// Throws Failure (Malformed) for a name or value that would break the head. Header values come from
// settings, where a key read from a file may end with a line break. The value is not quoted: it may
// be that key.
void check_header(std::string_view name, std::string_view value);

// Request line and headers, with the empty line after them. Host, User-Agent and Content-Length are
// added. Throws as check_header.
std::string request_head(const ClientRequest& request, const ClientUrl& url);

}  // namespace repartee::net
