#include "net/this_machine.h"

#include "net/header_values.h"
#include "net/origins.h"

#include <algorithm>
#include <array>

namespace repartee::net {

namespace {

// What proxies write down of whom they speak for, besides all that begins with X-Forwarded-.
constexpr std::array<std::string_view, 5> traces_of_proxies{"Forwarded", "X-Real-IP", "Via",
                                                            "CF-Connecting-IP", "True-Client-IP"};
constexpr std::string_view beginning_of_traces = "X-Forwarded-";

bool is_trace_of_proxy(std::string_view name) {
    return equal_without_case(name.substr(0, beginning_of_traces.size()), beginning_of_traces) ||
           std::ranges::any_of(traces_of_proxies,
                               [&](auto trace) { return equal_without_case(name, trace); });
}

// What browsers say of the page that asks. Programs say nothing.
bool comes_from_foreign_page(const Request& request) {
    auto origin = request.headers.get("Origin");
    auto site = request.headers.get("Sec-Fetch-Site");
    bool is_foreign_site = site && (equal_without_case(trimmed(*site), "cross-site") ||
                                    equal_without_case(trimmed(*site), "same-site"));
    return is_foreign_site || (origin && !origin_is_exactly(*origin, request.host, request.secure));
}

}  // namespace

bool comes_through_proxy(const Request& request) {
    return std::ranges::any_of(request.headers,
                               [](const auto& line) { return is_trace_of_proxy(line.first); });
}

bool comes_from_this_machine(const Request& request) {
    return request.loopback && host_is_loopback(request.host) && !comes_through_proxy(request) &&
           !comes_from_foreign_page(request);
}

}  // namespace repartee::net
