// The description of what can be asked for, as an OpenAPI document: made from the table that the routes are
// made from, so that it cannot say anything else. documentation.h serves it.
//
// OpenAPI 3.1, because that takes the schemas as they are, which requests are checked against; FastAPI
// describes itself in it, too, and today's generators of clients read it.
//
// Pure functions: the same tables become the same bytes.
#pragma once

#include "surfaces/voice_ai/operations.h"

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace repartee::surfaces::voice_ai {

// FastAPI's way to call an operation: "send_message_api_v1_chat_message_post". Unique, as method and path are
// in it.
std::string operation_id(const Operation& operation);

// The whole document. `schemas` are those that the operations name.
boost::json::object openapi(const std::vector<Operation>& operations, const std::vector<Tag>& tags,
                            const boost::json::object& schemas);

}  // namespace repartee::surfaces::voice_ai
