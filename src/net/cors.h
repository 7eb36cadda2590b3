// What browsers are told about calls from other origins. Pure functions over a request.
#pragma once

#include "net/http.h"
#include "net/origins.h"

#include <optional>

namespace repartee::net {

// What every answer to this request carries, errors included: without it a browser reports a
// network failure in place of the error. `any_origin` is that of the route.
Headers cors_headers(const OriginPolicy& policy, const Request& request, bool any_origin);

// The whole answer to a preflight (OPTIONS with Origin and Access-Control-Request-Method). Nothing
// when the request is none, or when no other origin may call at all.
std::optional<Response> preflight_response(const OriginPolicy& policy, const Request& request,
                                           bool any_origin);

}  // namespace repartee::net
