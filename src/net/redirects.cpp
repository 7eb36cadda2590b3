#include "net/redirects.h"

#include "net/client_url.h"

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace repartee::net {

namespace {

bool is_this_machine(const std::string& host) {
    boost::system::error_code not_numeric;
    auto address = asio::ip::make_address(host, not_numeric);
    return not_numeric ? host == "localhost" : address.is_loopback();
}

bool is_redirect(int status) {
    constexpr auto kinds = std::to_array({301, 302, 303, 307, 308});
    return std::ranges::find(kinds, status) != kinds.end();
}

}  // namespace

Result<void> check_trustworthy(std::string_view url) {
    auto parsed = parse_http_url(url);
    if (!parsed) {
        return parsed.error();
    }
    if (!parsed->secure && !is_this_machine(parsed->host)) {
        return Error{
            ErrorKind::Forbidden,
            fmt::format("{} is asked over plain http, where anybody in between can change what comes; "
                        "it has to be https",
                        parsed->place()),
            {}};
    }
    return {};
}

Result<std::string> redirect_target(std::string_view url, std::string_view location) {
    auto from = parse_http_url(url);
    auto base = boost::urls::parse_uri({url.data(), url.size()});
    if (!from || !base) {
        return Error{ErrorKind::Malformed, "A redirect of no address.", {}};
    }
    auto refuse = [&](std::string_view why) {
        return Error{ErrorKind::Unsupported,
                     fmt::format("{} sends us on to an address that is refused: {}.", from->place(), why),
                     {}};
    };
    auto reference = boost::urls::parse_uri_reference({location.data(), location.size()});
    boost::urls::url target;
    if (!reference || !boost::urls::resolve(*base, *reference, target)) {
        return refuse("it is none");
    }
    target.remove_fragment();
    std::string text(target.buffer());
    auto parsed = parse_http_url(text);
    if (!parsed) {
        return refuse("it is none that can be called");
    }
    if (from->secure && !parsed->secure) {
        return refuse("it is plain http, where anybody in between can change what comes");
    }
    if (auto trustworthy = check_trustworthy(text); !trustworthy) {
        return refuse(trustworthy.error().message);
    }
    return text;
}

awaitable<FollowedReply> send_following(HttpClient& http, ClientRequest request) {
    for (int redirects = 0;; ++redirects) {
        auto asking = http.send(request);
        auto reply = co_await std::move(asking);
        if (!is_redirect(reply->status())) {
            FollowedReply followed{std::move(reply), std::move(request.url)};
            co_return followed;
        }
        if (redirects == most_redirects) {
            throw Failure(ErrorKind::Unsupported,
                          fmt::format("{} sends us from one address to the next without an end.",
                                      parse_http_url(request.url)->place()));
        }
        auto location = reply->headers().get("Location").value_or("");
        request.url = redirect_target(request.url, location).value();
    }
}

}  // namespace repartee::net
