// The schema of a tool's arguments as a model gets it: whole, without references, and no larger than a prompt
// bears. Pure.
#pragma once

#include "base/error.h"

#include <boost/json/object.hpp>

namespace repartee::mcp::client {

constexpr std::size_t deepest_schema = 16;                     // objects and lists in each other
constexpr std::size_t largest_schema = std::size_t{16} << 10;  // bytes, as JSON

// References within the schema are put in place; what is for machines alone is left out. Unprocessable, with
// why: one that goes round in circles or out of the schema, too deep, too large.
Result<boost::json::object> schema_for_model(const boost::json::object& input_schema);

}  // namespace repartee::mcp::client
