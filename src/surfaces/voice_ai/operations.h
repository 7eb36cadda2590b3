// Everything that can be asked of this surface over HTTP, in one table: the routes, the checks of what comes
// in and the description of all of it (openapi.json) are made from it. The stream is in session.h.
//
// The table is the same for every server, whatever its settings; it is made once and never changes.
#pragma once

#include "accounts/principal.h"
#include "base/async.h"
#include "net/router.h"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::surfaces::voice_ai {

// Who may ask.
enum class Caller {
    Anyone,  // no token is looked at
    Guest,   // a token, when given, decides; without one: where the settings let people in without an account
    User,    // a token, or an API key with the operation's scope
    Person,  // a token: somebody who knows the password, and no device
};

// A parameter of the path or the query.
struct Parameter {
    enum class In { Path, Query };
    std::string name;
    In in = In::Query;
    boost::json::object schema;  // a text or a whole number; optional ones may have a "default"
    std::string description;
    bool required = false;  // those of the path always are
};

// What the request carries.
struct RequestBody {
    std::string schema;                    // its name in `components`
    std::vector<std::string> media_types;  // the first is the usual one; any but JSON is a form
};

struct Answer {
    int status = 200;
    std::string description;
    std::string schema = {};  // its name in `components`; empty: no body
    bool is_list = false;     // an array of that
};

class Desk;

// One request, once it has passed its checks.
struct Call {
    const net::Request& request;
    std::optional<accounts::Principal> principal = {};  // nothing: anonymous
    boost::json::object body = {};                      // as the schema has it: numbers are numbers
    boost::json::object parameters = {};  // of path and query; those not given have their defaults
};

// Throws Failure, whose kind decides about the status (net::status_of).
using Handler = awaitable<net::Response> (*)(Desk& desk, Call& call);
// For answers that are written piece by piece.
using StreamHandler = awaitable<void> (*)(Desk& desk, Call& call, net::Exchange& exchange);

struct Operation {
    std::string id;      // for generated clients: "send_message"
    std::string method;  // upper case
    std::string path;    // below `prefix`: "/history/conversations/{id}"
    std::string tag;
    std::string summary;
    Caller caller = Caller::User;
    std::string scope = {};  // of an API key that may ask; empty where that is nobody's question
    std::vector<Parameter> parameters = {};
    std::optional<RequestBody> body = {};
    std::vector<Answer> answers;  // the successful one first; 401, 403, 422 and 503 where they can come
    Handler handler = nullptr;
    StreamHandler streams = nullptr;  // in place of `handler`
    // Goes on for longer than a question to the database: ends when the client leaves.
    bool is_long = false;
};

inline constexpr std::string_view prefix = "/api/v1";

const std::vector<Operation>& operations();

// What belongs together, with a sentence for the description; in the order they are shown.
struct Tag {
    std::string name;
    std::string description;
};
const std::vector<Tag>& tags();

// Schemas by their names (JSON Schema 2020-12, as OpenAPI 3.1 has it), which refer to each other by
// "#/components/schemas/<name>".
const boost::json::object& components();

// Longest texts, in characters, and other limits that the schemas name.
inline constexpr int longest_message = 16'384;
inline constexpr int longest_session_id = 200;
inline constexpr int most_per_page = 200;

}  // namespace repartee::surfaces::voice_ai
