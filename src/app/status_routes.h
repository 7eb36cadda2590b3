// Routes that belong to no surface: is it alive, is it ready, what does it count.
#pragma once

#include "app/archive_keeper.h"
#include "base/metrics.h"
#include "devices/robot.h"
#include "engines/hall.h"
#include "net/router.h"

namespace repartee::app {

// GET /health, /ready, /metrics. The last is for this machine, admins, and API keys with the scope `metrics`.
// All of it outlives the router.
void add_status_routes(net::Router& router, const engines::Hall& hall, const devices::Robot& robot,
                       ArchiveKeeper& archive, const Metrics& metrics);

}  // namespace repartee::app
