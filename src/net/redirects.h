// Follows redirects, for who fetches files: engines talk with the address that they were given and with no
// other. What is fetched may come only over TLS, or from this machine.
#pragma once

#include "net/http_client.h"

#include <memory>
#include <string>
#include <string_view>

namespace repartee::net {

// Nobody in between can change what comes from there: https, or http to this machine itself. An Error
// (Malformed, Forbidden) says what is wrong with it.
Result<void> check_trustworthy(std::string_view url);

// Where an answer of `url` with this Location sends us. Error: Unsupported where it is no address, or not a
// trustworthy one, as from https to http.
Result<std::string> redirect_target(std::string_view url, std::string_view location);

struct FollowedReply {
    std::unique_ptr<ClientReply> reply;
    std::string url;  // that answered with it in the end
};

constexpr int most_redirects = 5;

// As HttpClient::send, for GET. Headers are repeated everywhere: none of them may be a secret. Throws Failure
// as `send` and redirect_target, and {Unsupported} past the most redirects.
awaitable<FollowedReply> send_following(HttpClient& http, ClientRequest request);

}  // namespace repartee::net
