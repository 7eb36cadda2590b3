// A tool as `tools/list` describes it, and what came of calling one. Pure; for the client and for the server.
#pragma once

#include "base/error.h"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::mcp {

// What a server says of its own tool. Nobody has to believe it.
struct ToolHints {
    std::optional<bool> read_only = {};
    std::optional<bool> destructive = {};
    std::optional<bool> idempotent = {};
    std::optional<bool> open_world = {};
};

struct Tool {
    std::string name;
    std::string title = {};
    std::string description = {};
    boost::json::object input_schema = {};                  // JSON Schema of an object
    std::optional<boost::json::object> output_schema = {};  // likewise, of `structuredContent`
    ToolHints hints = {};
    // Can be called only as a task that is fetched later (2025-11-25).
    bool only_as_task = false;
};

constexpr std::size_t longest_tool_name = 128;

// Unprocessable, with what is wrong in words: no name, no schema of an object.
Result<Tool> parse_tool(const boost::json::value& value);
boost::json::object to_json(const Tool& tool);

// One piece of what a tool answers.
struct Content {
    std::string type;       // "text", "image", "audio", "resource_link", "resource", or one unknown to us
    std::string text = {};  // of a text, or of a resource that is one
    std::string name = {};  // of a resource: how it is called, else where it is
    std::string media_type = {};  // where it says
};

struct ToolResult {
    std::vector<Content> content = {};
    std::optional<boost::json::object> structured = {};
    bool is_error = false;  // the tool did its best and failed: the model is told
};

// Unprocessable where it is no result of a tool.
Result<ToolResult> parse_result(const boost::json::object& result);
// A result of one text.
boost::json::object text_result(std::string_view text, bool is_error = false);

// An argument that goes into a header as well (2026-07-28): "x-mcp-header" of a property.
struct ParameterHeader {
    std::string header;             // "Mcp-Param-Region"
    std::vector<std::string> path;  // to the argument: {"place", "region"}
};

// Unprocessable where the protocol has the tool left out: a name that is no header's, one that occurs twice,
// a property that is no text, whole number or truth value, or that is not reached through `properties` alone.
Result<std::vector<ParameterHeader>> parameter_headers(const boost::json::object& input_schema);
// What that header says, encoded; nothing where the argument is null or left out.
std::optional<std::string> header_value_of(const ParameterHeader& header,
                                           const boost::json::object& arguments);

}  // namespace repartee::mcp
