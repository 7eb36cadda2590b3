#include "app/house.h"

#include "agents/built_in.h"
#include "app/status_routes.h"
#include "base/task.h"

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::app {

namespace {

constexpr auto when_opened = net::Server::Accepting::Later;

}  // namespace

Annexe::Annexe(Core& core, net::ServerOptions options)
    : server(core.context.get_executor(), router, std::move(options), core.clock, core.log, core.metrics) {}

House::House(Parts& parts, Core& core, agents::AgentShelf& shelf, ArchiveKeeper& the_archive,
             HouseSteward& the_steward, capacity::Gate& the_capacity, mcp::client::McpToolbox& the_tools,
             bool on_loopback, net::ServerOptions options)
    : agent(agents::repartee_agent()),
      agents(shelf),
      archive(the_archive),
      steward(the_steward),
      tools(the_tools),
      turn_metrics(core.metrics),
      robot(devices::build_robot(parts.devices, core.device_surroundings)),
      microphone(devices::build_microphone(parts.devices, core.device_surroundings)),
      stage{core.hall,    core.ears,
            parts.skills, agent,
            agents,       turn_metrics,
            core.clock,   core.log,
            core.metrics, robot.get(),
            core.http,    archive,
            on_loopback,  core.context.get_executor(),
            *microphone,  room,
            entrance,     steward,
            the_capacity, &tools},
      server(core.context.get_executor(), router, std::move(options), core.clock, core.log, core.metrics) {
    add_status_routes(router, core.hall, *robot, archive, core.metrics, leaving, stage.capacity, tools);
    for (const auto& offer : parts.surfaces) {
        surfaces.push_back(offer.create(stage));
        surfaces.back()->add_routes(router);
    }
}

Result<net::Endpoint> House::listen(std::optional<HeirloomListener> left, const net::Endpoint& wanted) {
    if (!left) {
        return server.listen(wanted, when_opened);
    }
    if (left->name == name_of_given_listener) {
        listener_name = name_of_given_listener;
    }
    return server.adopt(std::move(left->socket), when_opened);
}

void House::listen_besides(Core& core, Heritage& heritage, const std::string& address,
                           const net::ServerOptions& options) {
    for (const auto& surface : surfaces) {
        auto port = surface->port_of_its_own();
        if (port == 0) {
            continue;
        }
        auto& annexe = annexes.emplace_back(std::make_unique<Annexe>(core, options));
        add_status_routes(annexe->router, core.hall, *robot, archive, core.metrics, leaving, stage.capacity,
                          tools);
        surface->add_routes(annexe->router);
        auto left = heritage.take_listener({address, port});
        auto endpoint = left ? annexe->server.adopt(std::move(left->socket), when_opened)
                             : annexe->server.listen({address, port}, when_opened);
        if (endpoint) {
            core.log.info("listening besides", {{"port", endpoint->port}});
        } else {
            core.log.warning("not listening besides", {{"reason", endpoint.error().message}});
        }
    }
}

void House::open() {
    server.accept();
    for (const auto& annexe : annexes) {
        annexe->server.accept();
    }
}

void House::retire() {
    server.retire();
    for (const auto& annexe : annexes) {
        annexe->server.retire();
    }
}

awaitable<void> House::until_empty() {
    co_await server.until_empty();
    for (const auto& annexe : annexes) {
        co_await annexe->server.until_empty();
    }
}

awaitable<void> House::succeeded() {
    auto strand = co_await asio::this_coro::executor;
    std::vector<Task> telling;
    telling.reserve(surfaces.size());
    for (const auto& surface : surfaces) {
        telling.emplace_back(strand, surface->succeeded());
    }
    co_await join_all(telling);
}

awaitable<std::optional<std::string>> House::show(std::string path) {
    const auto* route = router.find("GET", path);
    if (route == nullptr || !route->http) {
        co_return std::nullopt;
    }
    net::Request request;
    request.method = "GET";
    request.path = path;
    request.path_parameters = net::Router::parameters(*route, path);
    auto response = co_await route->http(request);
    bool is_json = response.headers.get("Content-Type").value_or("").starts_with("application/json");
    if (response.status != 200 || !is_json) {
        co_return std::nullopt;
    }
    co_return std::move(response.body);
}

awaitable<void> House::drain(Duration grace) {
    auto strand = co_await asio::this_coro::executor;
    auto time = std::chrono::ceil<std::chrono::milliseconds>(grace);
    // Those who are connected are told first: nobody is to begin anything more.
    std::vector<Task> draining;
    draining.emplace_back(strand, server.drain(time));
    for (const auto& annexe : annexes) {
        draining.emplace_back(strand, annexe->server.drain(time));
    }
    for (const auto& surface : surfaces) {
        draining.emplace_back(strand, surface->drain(grace));
    }
    co_await join_all(draining);
}

std::size_t House::connections() const {
    auto count = server.connections();
    for (const auto& annexe : annexes) {
        count += annexe->server.connections();
    }
    return count;
}

std::vector<processes::Bequest> House::listeners() const {
    std::vector<processes::Bequest> all;
    for (int listener : server.listeners()) {
        all.push_back({std::string(listener_name), listener});
    }
    for (const auto& annexe : annexes) {
        for (int listener : annexe->server.listeners()) {
            all.push_back({std::string(name_of_other_listener), listener});
        }
    }
    return all;
}

}  // namespace repartee::app
