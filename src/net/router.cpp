#include "net/router.h"

namespace repartee::net {

void Router::get(std::string path, HttpHandler handler, RouteOptions options) {
    routes_[std::move(path)]["GET"] = {std::move(handler), {}, options};
}

void Router::post(std::string path, HttpHandler handler, RouteOptions options) {
    routes_[std::move(path)]["POST"] = {std::move(handler), {}, options};
}

void Router::exchange(std::string method, std::string path, ExchangeHandler handler, RouteOptions options) {
    routes_[std::move(path)][std::move(method)] = {{}, std::move(handler), options};
}

void Router::websocket(std::string path, WebSocketGuard guard, WebSocketHandler handler,
                       RouteOptions options) {
    websockets_[std::move(path)] = {std::move(guard), std::move(handler), options};
}

std::vector<std::string> Router::methods(std::string_view path) const {
    std::vector<std::string> known;
    if (auto routes = routes_.find(path); routes != routes_.end()) {
        for (const auto& [method, route] : routes->second) {
            known.push_back(method);
            if (method == "GET" && !routes->second.contains("HEAD")) {
                known.push_back("HEAD");
            }
        }
    }
    return known;
}

const Router::Route* Router::find(std::string_view method, std::string_view path) const {
    auto routes = routes_.find(path);
    if (routes == routes_.end()) {
        return nullptr;
    }
    auto route = routes->second.find(method);
    if (route == routes->second.end() && method == "HEAD") {
        route = routes->second.find("GET");  // the connection leaves the body out
    }
    return route == routes->second.end() ? nullptr : &route->second;
}

const Router::WebSocketRoute* Router::find_websocket(std::string_view path) const {
    auto route = websockets_.find(path);
    return route == websockets_.end() ? nullptr : &route->second;
}

}  // namespace repartee::net
