// The agents of a server that runs: their engines, and their files read again at SIGHUP.
#pragma once

#include "agents/agent_shelf.h"
#include "app/core.h"
#include "processes/service_manager.h"

#include <boost/asio/signal_set.hpp>

namespace repartee::app {

// Builds what agents want besides everybody's engines, so that it is looked at before anybody calls.
void engage(engines::Hall& hall, const agents::AgentBook& book);

// Reads the files whenever one of these comes, until cancelled. Calls under way keep the agents they began
// with; where there is a mistake nothing changes, and the log says what it is. The service manager is told
// when it begins and ends.
awaitable<void> reload_at_hangup(Core& core, agents::AgentShelf& shelf, asio::signal_set& hangups,
                                 const processes::ServiceManager& service);

}  // namespace repartee::app
