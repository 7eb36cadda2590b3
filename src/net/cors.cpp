#include "net/cors.h"

namespace repartee::net {

Headers cors_headers(const OriginPolicy& policy, const Request& request, bool any_origin) {
    Headers headers;
    auto allowed = cors_origin(policy, request.headers.get("Origin").value_or(""), any_origin);
    if (allowed.empty()) {
        return headers;
    }
    bool by_name = allowed != "*";
    headers.add("Access-Control-Allow-Origin", std::move(allowed));
    if (by_name) {
        // Credentials only for those whom the settings name; browsers refuse them with "*" anyway.
        headers.add("Access-Control-Allow-Credentials", "true");
        headers.add("Vary", "Origin");
    }
    return headers;
}

std::optional<Response> preflight_response(const OriginPolicy& policy, const Request& request,
                                           bool any_origin) {
    auto origin = request.headers.get("Origin");
    if (request.method != "OPTIONS" || !origin || !request.headers.has("Access-Control-Request-Method")) {
        return std::nullopt;
    }
    auto allowed = cors_origin(policy, *origin, any_origin);
    if (allowed.empty()) {
        return policy.allowed.empty() ? std::nullopt
                                      : std::optional(text_response(400, "Disallowed CORS origin"));
    }
    auto response = text_response(200, "OK");
    auto& headers = response.headers;
    headers.add("Access-Control-Allow-Origin", std::string(*origin));
    headers.add("Vary", "Origin");
    if (allowed != "*") {
        headers.add("Access-Control-Allow-Credentials", "true");
    }
    headers.add("Access-Control-Allow-Methods", "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT");
    headers.add("Access-Control-Max-Age", "600");
    if (auto wanted = request.headers.get("Access-Control-Request-Headers")) {
        headers.add("Access-Control-Allow-Headers", std::string(*wanted));
    }
    return response;
}

}  // namespace repartee::net
