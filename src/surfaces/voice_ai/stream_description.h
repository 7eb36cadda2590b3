// What is said over WS /api/v1/ws/stream, for the description: OpenAPI knows no WebSockets.
#pragma once

#include <boost/json/object.hpp>

#include <string_view>

namespace repartee::surfaces::voice_ai {

// For people, in Markdown.
std::string_view stream_introduction();

// For programs: its path, its parameters, and a schema for each message that goes either way.
boost::json::object stream_description();

}  // namespace repartee::surfaces::voice_ai
