// Routes that belong to no surface: is it alive, is it ready, what does it count.
#pragma once

#include "base/metrics.h"
#include "devices/robot.h"
#include "engines/hall.h"
#include "net/router.h"

namespace repartee::app {

// GET /health, /ready, /metrics. The last is for this machine only.
void add_status_routes(net::Router& router, const engines::Hall& hall, const devices::Robot& robot,
                       const Metrics& metrics);

}  // namespace repartee::app
