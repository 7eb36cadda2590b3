#include "net/origins.h"

#include "base/async.h"
#include "net/header_values.h"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace repartee::net {

namespace {

// "host:port" taken apart. An IPv6 address keeps its brackets; port 0 means that none was named.
struct Authority {
    std::string host;  // lower case
    int port = 0;

    friend bool operator==(const Authority&, const Authority&) = default;
};

struct Origin {
    std::string scheme;  // "http", "https"
    Authority authority;

    friend bool operator==(const Origin&, const Origin&) = default;
};

std::string lowered(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), lower);
    return result;
}

std::optional<Authority> authority_of(std::string_view text) {
    Authority authority;
    std::size_t end = text.starts_with('[') ? text.find(']') : text.find(':');
    if (text.starts_with('[')) {
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        ++end;
    }
    auto host = text.substr(0, end);
    auto rest = text.substr(host.size());
    if (host.empty()) {
        return std::nullopt;
    }
    authority.host = lowered(host);
    if (!rest.empty()) {
        rest.remove_prefix(1);
        auto [last, error] = std::from_chars(rest.data(), rest.data() + rest.size(), authority.port);
        if (text[host.size()] != ':' || error != std::errc() || last != rest.data() + rest.size() ||
            authority.port < 1 || authority.port > 65535) {
            return std::nullopt;
        }
    }
    return authority;
}

// Default ports are left out, so that "https://a" and "https://a:443" are the same.
std::optional<Origin> origin_of(std::string_view text) {
    auto colon = text.find("://");
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    Origin origin{lowered(text.substr(0, colon)), {}};
    auto authority = authority_of(text.substr(colon + 3));
    if (!authority) {
        return std::nullopt;
    }
    origin.authority = *authority;
    if ((origin.scheme == "http" && origin.authority.port == 80) ||
        (origin.scheme == "https" && origin.authority.port == 443)) {
        origin.authority.port = 0;
    }
    return origin;
}

std::optional<asio::ip::address> address_of(std::string_view host) {
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    }
    boost::system::error_code error;
    auto address = asio::ip::make_address(std::string(host), error);
    return error ? std::nullopt : std::optional(address);
}

bool is_loopback(std::string_view host) {
    auto address = address_of(host);
    return host == "localhost" || (address && address->is_loopback());
}

enum class Listed { No, ByName, AsAnyone };

Listed listed(const OriginPolicy& policy, std::string_view origin) {
    auto asking = origin_of(origin);
    auto result = Listed::No;
    for (std::string_view entry : policy.allowed) {
        if (entry == "*") {
            result = Listed::AsAnyone;
            continue;
        }
        if (entry.ends_with('/')) {
            entry.remove_suffix(1);
        }
        if (entry == origin || (asking && origin_of(entry) == asking)) {
            return Listed::ByName;
        }
    }
    return result;
}

bool is_same_origin(const Origin& origin, std::string_view host, bool secure) {
    auto ours = authority_of(host);
    if (!ours) {
        return false;
    }
    if (ours->port == (secure ? 443 : 80)) {
        ours->port = 0;
    }
    // A page that came over TLS while we speak without: a proxy in front of us ends the TLS.
    bool scheme_fits = origin.scheme == "https" || (origin.scheme == "http" && !secure);
    return scheme_fits && origin.authority == *ours;
}

}  // namespace

bool host_is_ours(const OriginPolicy& policy, std::string_view host) {
    auto authority = authority_of(host);
    if (!authority) {
        return false;
    }
    const auto& name = authority->host;
    return name == "localhost" || address_of(name).has_value() ||
           std::ranges::any_of(policy.host_names,
                               [&](const auto& ours) { return equal_without_case(ours, name); });
}

bool host_is_loopback(std::string_view host) {
    auto authority = authority_of(host);
    return authority && is_loopback(authority->host);
}

bool origin_is_exactly(std::string_view origin, std::string_view host, bool secure) {
    auto asking = origin_of(origin);
    return asking && asking->scheme == (secure ? "https" : "http") && is_same_origin(*asking, host, secure);
}

bool websocket_origin_allowed(const OriginPolicy& policy, std::string_view origin, std::string_view host,
                              bool secure) {
    if (origin.empty()) {
        return true;  // no browser
    }
    auto asking = origin_of(origin);
    if (asking && is_same_origin(*asking, host, secure)) {
        return true;
    }
    if (!policy.allowed.empty()) {
        return listed(policy, origin) != Listed::No;
    }
    return asking && is_loopback(asking->authority.host);
}

std::string cors_origin(const OriginPolicy& policy, std::string_view origin, bool any_origin) {
    if (origin.empty()) {
        return {};
    }
    if (policy.allowed.empty()) {
        return any_origin ? "*" : "";
    }
    switch (listed(policy, origin)) {
        case Listed::ByName: return std::string(origin);
        case Listed::AsAnyone: return "*";
        case Listed::No: break;
    }
    return {};
}

}  // namespace repartee::net
