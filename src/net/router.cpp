#include "net/router.h"

#include <algorithm>
#include <cassert>

namespace repartee::net {

namespace {

// Takes the next segment off a path: "/status/7" gives "status", then "7".
std::string_view next_segment(std::string_view& path) {
    path.remove_prefix(1);
    auto segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    return segment;
}

// "{job_id}" is the parameter job_id; anything else is none.
std::string_view parameter_in(std::string_view segment) {
    bool is_parameter = segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
    return is_parameter ? segment.substr(1, segment.size() - 2) : std::string_view();
}

bool matches(std::string_view pattern, std::string_view path) {
    while (!pattern.empty() && path.starts_with('/')) {
        auto wanted = next_segment(pattern);
        auto segment = next_segment(path);
        if (parameter_in(wanted).empty() ? segment != wanted : segment.empty()) {
            return false;
        }
    }
    return pattern.empty() && path.empty();
}

}  // namespace

void Router::add(std::string method, Route route) {
    assert(route.path.starts_with('/'));
    if (route.path.find('{') == std::string::npos) {
        auto& methods = routes_[route.path];
        methods[std::move(method)] = std::move(route);
        return;
    }
    auto place = std::ranges::find(patterns_, route.path, &std::pair<std::string, Methods>::first);
    if (place == patterns_.end()) {
        place = patterns_.emplace(place, route.path, Methods{});
    }
    place->second[std::move(method)] = std::move(route);
}

void Router::get(std::string path, HttpHandler handler, RouteOptions options) {
    add("GET", {std::move(handler), {}, options, std::move(path)});
}

void Router::post(std::string path, HttpHandler handler, RouteOptions options) {
    add("POST", {std::move(handler), {}, options, std::move(path)});
}

void Router::handle(std::string method, std::string path, HttpHandler handler, RouteOptions options) {
    add(std::move(method), {std::move(handler), {}, options, std::move(path)});
}

void Router::exchange(std::string method, std::string path, ExchangeHandler handler, RouteOptions options) {
    add(std::move(method), {{}, std::move(handler), options, std::move(path)});
}

void Router::websocket(std::string path, WebSocketGuard guard, WebSocketHandler handler,
                       RouteOptions options) {
    websockets_[std::move(path)] = {std::move(guard), std::move(handler), options};
}

void Router::admitted_websocket(std::string path, WebSocketAdmission admission, WebSocketHandler handler,
                                RouteOptions options) {
    websockets_[std::move(path)] = {{}, std::move(handler), options, std::move(admission)};
}

std::vector<const Router::Methods*> Router::known(std::string_view path) const {
    std::vector<const Methods*> all;
    if (auto exact = routes_.find(path); exact != routes_.end()) {
        all.push_back(&exact->second);
    }
    for (const auto& [pattern, methods] : patterns_) {
        if (matches(pattern, path)) {
            all.push_back(&methods);
        }
    }
    return all;
}

std::vector<std::string> Router::methods(std::string_view path) const {
    std::vector<std::string> names;
    auto add_name = [&](std::string_view name) {
        if (std::ranges::find(names, name) == names.end()) {
            names.emplace_back(name);
        }
    };
    for (const auto* methods : known(path)) {
        for (const auto& [method, route] : *methods) {
            add_name(method);
            if (method == "GET") {
                add_name("HEAD");  // the connection leaves the body out
            }
        }
    }
    return names;
}

const Router::Route* Router::find(std::string_view method, std::string_view path) const {
    auto all = known(path);
    for (const auto* methods : all) {
        if (auto route = methods->find(method); route != methods->end()) {
            return &route->second;
        }
    }
    return method == "HEAD" ? find("GET", path) : nullptr;
}

std::vector<std::pair<std::string, std::string>> Router::parameters(const Route& route,
                                                                    std::string_view path) {
    std::vector<std::pair<std::string, std::string>> parameters;
    std::string_view pattern = route.path;
    while (!pattern.empty() && path.starts_with('/')) {
        auto wanted = next_segment(pattern);
        auto segment = next_segment(path);
        if (auto name = parameter_in(wanted); !name.empty()) {
            parameters.emplace_back(name, segment);
        }
    }
    return parameters;
}

const Router::WebSocketRoute* Router::find_websocket(std::string_view path) const {
    auto route = websockets_.find(path);
    return route == websockets_.end() ? nullptr : &route->second;
}

}  // namespace repartee::net
