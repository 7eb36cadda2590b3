// What comes to POST /mcp, judged before anything is done, and what goes out. Pure.
//
// Two eras meet at one path (docs/mcp.md): until 2025-11-25 a client shakes hands and has a session, since
// 2026-07-28 each request says of itself all there is to know.
#pragma once

#include "mcp/json_rpc.h"
#include "mcp/protocol.h"
#include "net/http.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace repartee::surfaces::mcp {

namespace rpc = repartee::mcp;

// The session is gone, or was never ours; the SDK's own number.
inline constexpr std::int64_t session_not_found = -32001;

// How a message is spoken.
struct Manner {
    rpc::Era era = rpc::Era::Legacy;
    std::string version;  // as the header says, where it does
};

struct Refusal {
    int status = 400;
    rpc::RpcError error;
};

// By the headers and what the message says of itself. In the modern era also whether headers and body agree
// (-32020), and whether it says what each has to (-32602).
std::variant<Manner, Refusal> manner_of(const net::Headers& headers, const rpc::Frame& frame);

// Which kinds of answers the client takes: all of them where it does not say.
struct Accepted {
    bool json = true;
    bool events = true;
};
Accepted accepted(const net::Headers& headers);

// "application/json", whatever stands behind it.
bool is_json(const net::Headers& headers);

// Bodies of HTTP.
net::Response response_of(int status, const rpc::Frame& frame);
net::Response refused(const Refusal& refusal, std::optional<rpc::RequestId> id);
// One of the stream. `id` may be empty.
std::string event_of(std::string_view id, std::string_view data);

// The version that a handshake ends with: the client's where we speak it, else our newest of that era.
std::string negotiated(std::string_view offered);

// What both kinds of handshake tell of us.
boost::json::object server_info();
boost::json::object capabilities();
std::string_view instructions();

// A result as the era wants it.
boost::json::object dressed(boost::json::object result, rpc::Era era);
// The same for what may be kept for a while: lists, and what a server says of itself.
boost::json::object keepable(boost::json::object result, rpc::Era era);

}  // namespace repartee::surfaces::mcp
