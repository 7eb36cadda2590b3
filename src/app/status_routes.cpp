#include "app/status_routes.h"

#include "net/this_machine.h"
#include "surfaces/credentials.h"

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

json::object describe(const StoreState& store, bool in_full) {
    json::object described{{"usable", store.health.usable}};
    if (in_full) {
        described["name"] = store.name;
        described["reason"] = store.health.reason;
        described["advice"] = store.health.advice;
    }
    return described;
}

json::object describe(const capacity::Standing& standing, bool in_full) {
    json::object described{{"step", capacity::name_of(standing.step)}, {"takes_calls", standing.takes_calls}};
    if (in_full) {
        json::object in_hand;
        json::object cost;
        for (auto work : capacity::all_work) {
            in_hand[capacity::name_of(work)] = standing.in_hand[static_cast<std::size_t>(work)];
            cost[capacity::name_of(work)] = standing.cost[static_cast<std::size_t>(work)];
        }
        described["reason"] = standing.reason;
        described["in_hand"] = std::move(in_hand);
        described["cost"] = std::move(cost);
        described["cores"] = standing.cores;
        described["processor"] = standing.processor;
    }
    return described;
}

json::object describe(const mcp::client::PeerState& server, bool in_full) {
    json::object described{{"reachable", server.reachable}};
    if (in_full) {
        json::object left_out;
        for (const auto& each : server.left_out) {
            left_out[each.name] = each.why;
        }
        described["where"] = server.where;
        described["version"] = server.version;
        described["tools"] = json::array(server.tools.begin(), server.tools.end());
        described["left_out"] = std::move(left_out);
        described["reason"] = server.trouble;
    }
    return described;
}

// Whether this machine asks, and not a proxy on it that leaves a trace of speaking for others.
bool is_near(const net::Request& request) {
    return request.loopback && !net::comes_through_proxy(request);
}

// The robot is told about, and counts for nothing: there is a voice agent without it. Nor does the shelf for
// sessions, which the database stands in for.
awaitable<net::Response> ready(const net::Request& request, const engines::Hall& hall,
                               const devices::Robot& robot, const ArchiveKeeper& archive,
                               const std::atomic<bool>& leaving, const capacity::Gate& gate,
                               const mcp::client::McpToolbox& tools) {
    bool in_full = is_near(request);
    json::object engines;
    for (const auto& trade : hall.trades()) {
        engines[trade.name] = describe(trade, in_full);
    }
    auto [database, sessions] = archive.states();
    bool is_ready = hall.ready() && database.health.usable && !leaving;
    json::object stores{{"database", describe(database, in_full)}, {"sessions", describe(sessions, in_full)}};
    // Counts for nothing either: the database can search itself.
    if (const auto vectors = archive.vector_store_state()) {
        stores["vectors"] = describe(*vectors, in_full);
    }
    auto capacity = gate.standing();
    // A balancer that has several servers for calls asks this way, and sends people where there is room.
    // Without being asked it is no reason: the rest of a full server is still there.
    if (request.parameter("calls") == "1") {
        is_ready = is_ready && capacity.takes_calls;
    }
    json::object body{{"ready", is_ready},           {"capacity", describe(capacity, in_full)},
                      {"leaving", leaving.load()},   {"engines", std::move(engines)},
                      {"stores", std::move(stores)}, {"robot", describe(robot.state(), in_full)}};
    // Nor do they: an agent does without tools that are away.
    json::object servers;
    for (const auto& server : tools.states()) {
        servers[server.name] = describe(server, in_full);
    }
    if (!servers.empty()) {
        body["tools"] = std::move(servers);
    }
    auto response = net::json_response(is_ready ? 200 : 503, json::serialize(body));
    if (!is_ready) {
        response.headers.set("Retry-After", "1");
    }
    co_return response;
}

// Numbers tell something about people, too.
awaitable<void> check_may_see_metrics(const net::Request& request, ArchiveKeeper& archive) {
    if (is_near(request)) {
        co_return;
    }
    auto credentials = surfaces::credentials_of(request, surfaces::TokenInQuery::DoesNot);
    if (!credentials.given) {
        throw Failure(ErrorKind::Forbidden,
                      "Metrics are shown to this machine, to admins, and to API keys for them.");
    }
    co_await archive.opened();
    auto principal = co_await archive.accounts().authenticate(std::move(credentials.token));
    if (principal.by_api_key ? !principal.may("metrics") : !principal.is_admin()) {
        throw Failure(ErrorKind::Forbidden,
                      "Metrics are shown to this machine, to admins, and to API keys for them.");
    }
}

awaitable<net::Response> metrics_text(const net::Request& request, const Metrics& metrics,
                                      ArchiveKeeper& archive) {
    co_await check_may_see_metrics(request, archive);
    auto response = net::text_response(200, metrics.text());
    response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    co_return response;
}

}  // namespace

void add_status_routes(net::Router& router, const engines::Hall& hall, const devices::Robot& robot,
                       ArchiveKeeper& archive, const Metrics& metrics, const std::atomic<bool>& leaving,
                       const capacity::Gate& gate, const mcp::client::McpToolbox& tools) {
    router.get("/health", health, {.any_origin = true});
    router.get("/ready", [&hall, &robot, &archive, &leaving, &gate, &tools](const net::Request& request) {
        return ready(request, hall, robot, archive, leaving, gate, tools);
    });
    router.get("/metrics", [&metrics, &archive](const net::Request& request) {
        return metrics_text(request, metrics, archive);
    });
}

}  // namespace repartee::app
