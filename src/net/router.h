// Which path does what. Filled by the surfaces before the server starts, read-only afterwards.
#pragma once

#include "base/async.h"
#include "net/http.h"
#include "net/websocket.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace repartee::net {

// A response whose body is written piece by piece (chunked transfer coding).
class BodyWriter {
public:
    virtual ~BodyWriter() = default;
    // False when the client has gone.
    virtual awaitable<bool> write(std::string piece) = 0;
};

// How a handler answers a request that may take long. When the client goes away the handler is
// cancelled, so whatever it has started upstream stops too.
class Exchange {
public:
    virtual ~Exchange() = default;
    virtual const Request& request() const = 0;
    // Exactly one of these two, once.
    virtual awaitable<void> respond(Response response) = 0;
    // Sends the head; the body follows through the writer, which lives as long as the exchange.
    virtual awaitable<BodyWriter*> stream(Response head) = 0;
};

using HttpHandler = std::function<awaitable<Response>(const Request&)>;
using ExchangeHandler = std::function<awaitable<void>(Exchange&)>;
// Runs as long as the socket is to live; the socket is closed with 1000 when it returns and with
// 1011 when it throws. Cancelled when the server stops.
using WebSocketHandler = std::function<awaitable<void>(WebSocket&, const Request&)>;
// Asked before the 101. Nothing means welcome; a response refuses with it.
using WebSocketGuard = std::function<std::optional<Response>(const Request&)>;
// The same where it takes a look into a database. What it throws refuses, too.
using WebSocketAdmission = std::function<awaitable<std::optional<Response>>(const Request&)>;

struct RouteOptions {
    std::size_t body_limit = 1 << 20;      // bytes of a request body; more is 413
    std::size_t message_limit = 16 << 20;  // bytes of one WebSocket message; more closes with 1009
    // "POST /api/chat" of the old HTTP APIs answer any origin without credentials; the others follow
    // the list of allowed origins.
    bool any_origin = false;
    // Pages of origins that may open no WebSocket here are refused (403), not only kept from reading the
    // answer. Who is no page sends no Origin.
    bool known_origins_only = false;
};

class Router {
public:
    // Handlers are called on the connection's strand. They are copied; what they capture outlives the
    // server.
    //
    // A path may have parameters: "/status/{job_id}" stands for every path with one segment more, and
    // the handler asks request.path_parameter("job_id"). A parameter is a whole segment and never empty.
    // Paths are compared decoded, so an encoded slash divides segments like any other. A path without
    // parameters wins over those with; among these, the one that was added first. WebSockets have none.
    void get(std::string path, HttpHandler handler, RouteOptions options = {});
    void post(std::string path, HttpHandler handler, RouteOptions options = {});
    // Any method. What has begun is done to its end, though the client leaves meanwhile.
    void handle(std::string method, std::string path, HttpHandler handler, RouteOptions options = {});
    void exchange(std::string method, std::string path, ExchangeHandler handler, RouteOptions options = {});
    void websocket(std::string path, WebSocketGuard guard, WebSocketHandler handler,
                   RouteOptions options = {});
    void admitted_websocket(std::string path, WebSocketAdmission admission, WebSocketHandler handler,
                            RouteOptions options = {});

    struct Route {
        HttpHandler http;
        ExchangeHandler exchange;
        RouteOptions options;
        std::string path;  // as it was added
    };
    struct WebSocketRoute {
        WebSocketGuard guard;
        WebSocketHandler handler;
        RouteOptions options;
        WebSocketAdmission admission = {};
    };

    // Which methods a path knows, for 405 and Allow; empty when the path is unknown.
    std::vector<std::string> methods(std::string_view path) const;
    const Route* find(std::string_view method, std::string_view path) const;
    // The parameters in `path`, for which this route was found.
    static std::vector<std::pair<std::string, std::string>> parameters(const Route& route,
                                                                       std::string_view path);
    const WebSocketRoute* find_websocket(std::string_view path) const;

private:
    using Methods = std::map<std::string, Route, std::less<>>;

    void add(std::string method, Route route);
    // What is known of a path, the exact one first.
    std::vector<const Methods*> known(std::string_view path) const;

    std::map<std::string, Methods, std::less<>> routes_;
    std::vector<std::pair<std::string, Methods>> patterns_;  // paths with parameters
    std::map<std::string, WebSocketRoute, std::less<>> websockets_;
};

}  // namespace repartee::net
