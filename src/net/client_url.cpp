#include "net/client_url.h"

#include "net/header_values.h"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace repartee::net {

namespace {

struct Schemes {
    std::string_view plain;
    std::string_view secure;
};

constexpr std::uint16_t plain_port = 80;
constexpr std::uint16_t secure_port = 443;

// A user's password and a provider's key must not reach a message.
std::string quotable(std::string_view url) {
    url = url.substr(0, url.find_first_of("?#"));
    if (auto at = url.rfind('@'); at != url.npos) {
        return fmt::format("...{}", url.substr(at));
    }
    return std::string(url);
}

Result<ClientUrl> parse(std::string_view text, const Schemes& schemes) {
    auto complaint = [&](std::string_view why) {
        return Error{ErrorKind::Malformed,
                     fmt::format("\"{}\" is not a URL that can be called: {}.", quotable(text), why),
                     {}};
    };
    auto parsed = boost::urls::parse_uri({text.data(), text.size()});
    if (!parsed) {
        return complaint(fmt::format("it should look like {}://host:port/path", schemes.plain));
    }
    ClientUrl url;
    std::string scheme(parsed->scheme());
    std::ranges::transform(scheme, scheme.begin(), lower);
    url.secure = scheme == schemes.secure;
    if (!url.secure && scheme != schemes.plain) {
        return complaint(fmt::format("it should begin with {}:// or {}://", schemes.plain, schemes.secure));
    }
    if (parsed->has_userinfo()) {
        return complaint("a user name in it is not supported");
    }
    // Of an address in brackets this is what stands between them.
    url.host = std::string(parsed->encoded_host_address());
    std::ranges::transform(url.host, url.host.begin(), lower);
    if (url.host.empty()) {
        return complaint("it names no host");
    }
    if (url.host.find('%') != url.host.npos) {
        return complaint("its host is neither a name nor an address");
    }
    url.port = url.secure ? secure_port : plain_port;
    if (parsed->has_port() && !parsed->port().empty()) {
        // Not port_number(), which wraps numbers that are too large.
        std::string digits(parsed->port());
        auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
        if (error != std::errc() || url.port == 0) {
            return complaint("its port is not between 1 and 65535");
        }
    }
    url.target = std::string(parsed->encoded_target());
    // Boost.URL takes "host:words/" for an empty port and a path without a slash.
    if (!url.target.empty() && url.target.front() != '/' && url.target.front() != '?') {
        return complaint("its port is not a number");
    }
    if (!url.target.starts_with('/')) {
        url.target.insert(0, "/");
    }
    return url;
}

std::string bracketed(const std::string& host) {
    return host.find(':') == host.npos ? host : fmt::format("[{}]", host);
}

}  // namespace

std::string ClientUrl::place() const {
    return fmt::format("{}:{}", bracketed(host), port);
}

std::string ClientUrl::authority() const {
    return port == (secure ? secure_port : plain_port) ? bracketed(host) : place();
}

Result<ClientUrl> parse_http_url(std::string_view url) {
    return parse(url, {"http", "https"});
}

Result<ClientUrl> parse_websocket_url(std::string_view url) {
    return parse(url, {"ws", "wss"});
}

}  // namespace repartee::net
