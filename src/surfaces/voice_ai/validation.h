// What comes in, held against the schemas of the table, and what is said about it where it does not fit: the
// bodies of FastAPI, which is what the clients grew up with. Pure.
//
// As there, what can be understood is: "7" is a whole number, and so is 7.0. What no schema names is left
// out.
#pragma once

#include "net/http.h"
#include "surfaces/voice_ai/operations.h"

#include <boost/json/array.hpp>

#include <optional>
#include <string_view>

namespace repartee::surfaces::voice_ai {

// The items of `detail`: {"type","loc","msg","input"} and perhaps "ctx"; empty: all is well.
using Issues = boost::json::array;

// Reads path, query and body as the operation has them. Throws Failure{Malformed} for a multipart body that
// is none.
struct Input {
    boost::json::object parameters;
    boost::json::object body;
    Issues issues;
};
Input read_input(const Operation& operation, const net::Request& request);

// A value as the schema has it, or the issues with it, whose `loc` begins with these.
boost::json::value checked(const boost::json::object& schema, const boost::json::value& value,
                           const boost::json::array& place, Issues& issues);

// An issue with something that no schema can say.
Issues issue_with(std::string_view message, boost::json::array place);

// 422.
net::Response unprocessable(const net::Request& request, const Issues& issues);

}  // namespace repartee::surfaces::voice_ai
