// The server built upon its engines: surfaces, their routes, the listeners. When the first connection comes
// and how the last one goes is serve.cpp's story.
//
// Built before there are threads; what is below it in this file runs on the core's loop.
#pragma once

#include "app/archive_keeper.h"
#include "app/core.h"
#include "app/heritage.h"
#include "app/house_steward.h"
#include "capacity/gate.h"
#include "mcp/client/toolbox.h"
#include "processes/successor.h"

#include <atomic>
#include <memory>
#include <vector>

namespace repartee::app {

// A listener of its own for one surface.
struct Annexe {
    Annexe(Core& core, net::ServerOptions options);

    net::Router router;
    net::Server server;
};

struct House {
    House(Parts& parts, Core& core, agents::AgentShelf& shelf, ArchiveKeeper& the_archive,
          HouseSteward& the_steward, capacity::Gate& the_capacity, mcp::client::McpToolbox& the_tools,
          bool on_loopback, net::ServerOptions options);

    // The server's own listener: one that was left to us, or one at `wanted`. It accepts from `open` on. The
    // endpoint, or why not.
    Result<net::Endpoint> listen(std::optional<HeirloomListener> left, const net::Endpoint& wanted);
    // The ports that carry one surface alone. One that is taken is a pity and no more.
    void listen_besides(Core& core, Heritage& heritage, const std::string& address,
                        const net::ServerOptions& options);

    void open();
    // Takes nobody in any more; who is here may stay (net::Server::retire).
    void retire();
    awaitable<void> until_empty();
    // Tells the surfaces (surfaces::Surface::succeeded).
    awaitable<void> succeeded();
    // The JSON that a GET of this path gets from somebody of whom nothing is known; nothing: none.
    awaitable<std::optional<std::string>> show(std::string path);
    // Ends all there is, for `grace` in good order. Nothing is left when it returns.
    awaitable<void> drain(Duration grace);

    std::size_t connections() const;
    // What a process that takes our place listens at.
    std::vector<processes::Bequest> listeners() const;

    std::atomic<bool> leaving = false;  // as /ready tells
    conversation::Agent agent;
    agents::AgentShelf& agents;
    ArchiveKeeper& archive;
    HouseSteward& steward;
    mcp::client::McpToolbox& tools;
    conversation::TurnMetrics turn_metrics;
    std::unique_ptr<devices::Robot> robot;
    std::unique_ptr<devices::Microphone> microphone;
    surfaces::RoomPlace room;
    surfaces::Entrance entrance;
    surfaces::Stage stage;
    std::vector<std::unique_ptr<surfaces::Surface>> surfaces;
    net::Router router;
    net::Server server;
    std::vector<std::unique_ptr<Annexe>> annexes;
    std::string_view listener_name = name_of_own_listener;
};

}  // namespace repartee::app
