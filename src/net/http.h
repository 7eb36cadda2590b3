// HTTP messages as the rest of the house sees them: no sockets, no Beast.
#pragma once

#include "base/error.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace repartee::net {

// Names compare without case; order is kept; a name may occur several times.
class Headers {
public:
    Headers() = default;
    Headers(std::initializer_list<std::pair<std::string, std::string>> lines) : lines_(lines) {}

    void add(std::string name, std::string value) { lines_.emplace_back(std::move(name), std::move(value)); }
    void set(std::string_view name, std::string value);
    // The first of that name; nothing when absent.
    std::optional<std::string_view> get(std::string_view name) const;
    bool has(std::string_view name) const { return get(name).has_value(); }

    auto begin() const { return lines_.begin(); }
    auto end() const { return lines_.end(); }

private:
    std::vector<std::pair<std::string, std::string>> lines_;
};

struct Request {
    std::string id;      // ours, for logs and error bodies
    std::string method;  // upper case
    std::string path;    // decoded, begins with '/'
    std::string query;   // as sent, without '?'
    Headers headers;
    std::string body;
    std::string peer;       // address of the client, without port
    std::string host;       // the Host header, validated
    bool secure = false;    // over TLS
    bool loopback = false;  // the client is on this machine

    // What stood in the place of each {name} of the route's path; filled in by the connection.
    std::vector<std::pair<std::string, std::string>> path_parameters;

    // A query parameter, percent-decoded; nothing when absent.
    std::optional<std::string> parameter(std::string_view name) const;

    // What stands in the path where the route has {name}; empty when it has no such place.
    std::string_view path_parameter(std::string_view name) const;
};

struct Response {
    int status = 200;
    Headers headers = {};
    std::string body = {};
};

Response json_response(int status, std::string body);
Response text_response(int status, std::string body);

// The error body every surface shares:
// {"detail":message,"code":code,"message":message,"request_id":id}. FastAPI's clients read
// `detail`, ours the rest.
Response error_response(const Request& request, int status, std::string_view code, std::string_view message);
Response error_response(const Request& request, const Error& error);

// The one table from ErrorKind to HTTP status.
int status_of(ErrorKind kind);

}  // namespace repartee::net
