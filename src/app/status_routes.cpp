#include "app/status_routes.h"

#include <boost/json.hpp>

namespace repartee::app {

namespace json = boost::json;

namespace {

// Both of the originals that had one: {"ok":true} and {"status":"healthy"}.
awaitable<net::Response> health(const net::Request&) {
    co_return net::json_response(200, R"({"ok":true,"status":"healthy"})");
}

// Strangers learn whether it works; what it works with, and what is wrong, only this machine.
json::object describe(const engines::Hall::Trade& trade, bool in_full) {
    json::object described{{"choice", trade.choice}};
    for (const auto& verdict : trade.verdicts) {
        if (verdict.in_use) {
            described["engine"] = verdict.engine.kind;
            described["usable"] = verdict.health.usable;
            if (in_full) {
                described["model"] = verdict.engine.model;
                described["reason"] = verdict.health.reason;
                described["advice"] = verdict.health.advice;
            }
        }
    }
    return described;
}

json::object describe(const devices::RobotState& robot, bool in_full) {
    json::object described{{"configured", robot.configured}, {"reachable", robot.reachable}};
    if (in_full) {
        described["name"] = robot.name;
        described["detail"] = robot.detail;
    }
    return described;
}

// The robot is told about, and counts for nothing: there is a voice agent without it.
awaitable<net::Response> ready(const net::Request& request, const engines::Hall& hall,
                               const devices::Robot& robot) {
    json::object engines;
    for (const auto& trade : hall.trades()) {
        engines[trade.name] = describe(trade, request.loopback);
    }
    bool is_ready = hall.ready();
    json::object body{{"ready", is_ready},
                      {"engines", std::move(engines)},
                      {"robot", describe(robot.state(), request.loopback)}};
    auto response = net::json_response(is_ready ? 200 : 503, json::serialize(body));
    if (!is_ready) {
        response.headers.set("Retry-After", "1");
    }
    co_return response;
}

awaitable<net::Response> metrics_text(const net::Request& request, const Metrics& metrics) {
    if (!request.loopback) {
        co_return net::error_response(request, 403, "forbidden", "Metrics are shown to this machine only.");
    }
    auto response = net::text_response(200, metrics.text());
    response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    co_return response;
}

}  // namespace

void add_status_routes(net::Router& router, const engines::Hall& hall, const devices::Robot& robot,
                       const Metrics& metrics) {
    router.get("/health", health, {.any_origin = true});
    router.get("/ready",
               [&hall, &robot](const net::Request& request) { return ready(request, hall, robot); });
    router.get("/metrics",
               [&metrics](const net::Request& request) { return metrics_text(request, metrics); });
}

}  // namespace repartee::app
