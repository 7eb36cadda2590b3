// Who may call us from a browser. One list governs CORS and WebSocket handshakes alike.
//
// Pure functions over strings: the tests are tables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace repartee::net {

struct OriginPolicy {
    // Exact origins ("https://app.example"), or "*". Empty: only the built-in rules below.
    std::vector<std::string> allowed = {};
    // Names besides addresses and localhost under which this server may be called (Host header).
    std::vector<std::string> host_names = {};
};

// A Host that is neither an address, nor localhost, nor configured is refused: that is what a
// DNS-rebinding page would send.
bool host_is_ours(const OriginPolicy& policy, std::string_view host);

// Whether a Host is what only this machine itself calls this machine: localhost, or a loopback address.
bool host_is_loopback(std::string_view host);

// Whether `origin` is that of a page which came from `host`, over TLS if `secure`, else without.
bool origin_is_exactly(std::string_view origin, std::string_view host, bool secure);

// WebSockets take no Origin, the same origin, a loopback one, or a listed one. Once `allowed` is set, the
// list takes the place of the loopback ones: our own page is always let in, for `host` is ours
// (host_is_ours).
bool websocket_origin_allowed(const OriginPolicy& policy, std::string_view origin, std::string_view host,
                              bool secure);

// What Access-Control-Allow-Origin should say to this origin; empty: nothing.
std::string cors_origin(const OriginPolicy& policy, std::string_view origin, bool any_origin);

}  // namespace repartee::net
