// Fetches what a stranger names, without becoming their way into this house: only from public addresses,
// each redirect anew, and not more than was allowed for.
#pragma once

#include "net/http_client.h"
#include "net/public_address.h"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace repartee::net {

struct PublicFetch {
    std::string url;  // http or https; port 80, 443 or above 1023
    std::size_t body_limit = 2 << 20;
    std::chrono::milliseconds time_limit{10'000};  // from the beginning to the last byte
    int most_redirects = 3;
    // The media types that are wanted: "application/json", "text/" for all of these.
    std::vector<std::string> types = {};
    std::function<bool(const asio::ip::address&)> only_to = is_public_address;
};

struct PublicPage {
    std::string url;      // that answered in the end
    std::string type;     // "text/html", in small letters, without parameters
    std::string charset;  // likewise; empty: not said
    std::string body;
};

// Throws Failure: Malformed for what is no such URL, Forbidden for where we may not ask, Unsupported for
// another type and too many redirects, NotFound and ProviderBroke by the answer's status, TooLarge,
// ProviderLate, and as HttpClient::send. The messages can be shown to who asked.
awaitable<PublicPage> fetch_public(HttpClient& http, Clock& clock, PublicFetch wanted);

}  // namespace repartee::net
