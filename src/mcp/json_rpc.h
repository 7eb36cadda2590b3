// JSON-RPC 2.0 as the Model Context Protocol has it: what is in a message, and how one is written. Pure; for
// the client and for the server.
//
// Strict: ids are texts or whole numbers, parameters and results are objects. Members that nobody knows are
// passed over.
#pragma once

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace repartee::mcp {

using RequestId = std::variant<std::int64_t, std::string>;

struct RpcError {
    std::int64_t code = 0;  // protocol.h
    std::string message;
    boost::json::value data = nullptr;  // null: none
};

struct Request {
    RequestId id;
    std::string method;
    boost::json::object params = {};  // empty: none are written
};
struct Notification {
    std::string method;
    boost::json::object params = {};
};
struct Reply {
    RequestId id;
    boost::json::object result = {};
};
struct ErrorReply {
    std::optional<RequestId> id;  // nothing: of a request that could not be read
    RpcError error;
};
// What is none of them: who wanted an answer gets this one.
struct Unreadable {
    std::optional<RequestId> id;
    RpcError error;
};
using Frame = std::variant<Request, Notification, Reply, ErrorReply, Unreadable>;

// Several frames in one array: only version 2025-03-26 has them.
enum class Batches { Refused, Allowed };

struct Message {
    std::vector<Frame> frames;  // one at least
    bool batch = false;         // the answers go into an array as well
};

// In one message, and how deep JSON may be nested.
constexpr std::size_t most_frames = 64;
constexpr std::size_t deepest_json = 64;
constexpr std::size_t longest_id = 256;  // bytes

// Whatever the text is: what is no JSON comes as one Unreadable (-32700). The caller has limited its size.
Message parse_message(std::string_view text, Batches batches = Batches::Refused);
Frame parse_frame(boost::json::value value);

boost::json::object to_json(const Frame& frame);
// One line without a line ending.
std::string write(const Frame& frame);
std::string write_batch(const std::vector<Frame>& frames);

// For logs and as a key: 7, "abc".
std::string in_words(const RequestId& id);

}  // namespace repartee::mcp
