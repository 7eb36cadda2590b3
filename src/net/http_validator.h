// Is this request head exactly what HTTP/1.1 allows? Beast alone is not strict: it accepts odd
// Transfer-Encoding values (request smuggling), missing or doubled Host, bad WebSocket keys.
//
// A pure function over the raw bytes up to and including the empty line; nothing else has looked
// at them before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace repartee::net {

struct HeadFault {
    int status = 400;         // 400, 405, 414, 417, 426, 431, 501, 505
    std::string_view reason;  // for people, a constant
};

// Nothing wrong: nothing. Knows the rules of RFC 9110/9112 that matter at a trust boundary.
std::optional<HeadFault> check_request_head(std::string_view head);

// For a head that passed and asks for an upgrade: version 13, a key of 16 bytes in base64,
// `Connection: upgrade`, GET, no body.
std::optional<HeadFault> check_websocket_handshake(std::string_view head);

// Where the head at the beginning of `bytes` ends: its length with the empty line, or nothing as
// long as more has to come. Looks no further than the first thing that no head can contain, such
// as a line feed alone, so that nonsense is refused at once and not when time runs out. `looked_at`
// remembers how far earlier calls came; it begins at 0.
std::optional<std::size_t> end_of_head(std::string_view bytes, std::size_t& looked_at);

// The path and query of a target that passed, whether it is a path or a whole URL; empty for "*".
std::string_view origin_form(std::string_view target);
// The host of a target that is a whole URL; else empty.
std::string_view authority_form(std::string_view target);

}  // namespace repartee::net
