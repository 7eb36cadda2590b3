// Routes that belong to no surface: is it alive, is it ready, what does it count.
#pragma once

#include "app/archive_keeper.h"
#include "base/metrics.h"
#include "capacity/gate.h"
#include "devices/robot.h"
#include "engines/hall.h"
#include "mcp/client/toolbox.h"
#include "net/router.h"

#include <atomic>

namespace repartee::app {

// GET /health, /ready, /metrics. Of a server that is `leaving` /ready says 503, whatever it could still do,
// and to /ready?calls=1 while calls are refused. The last is for this machine, admins, and API keys with the
// scope `metrics`. All of it outlives the router.
void add_status_routes(net::Router& router, const engines::Hall& hall, const devices::Robot& robot,
                       ArchiveKeeper& archive, const Metrics& metrics, const std::atomic<bool>& leaving,
                       const capacity::Gate& gate, const mcp::client::McpToolbox& tools);

}  // namespace repartee::app
