// The doctor tries every engine that is usable here, one after the other, each by itself: does it do its
// work, and how fast? Nobody else's computer is asked.
#pragma once

#include "app/core.h"
#include "app/doctor_report.h"

#include <chrono>

namespace repartee::app {

// An engine that has not done its work after `patience` is reported, and the rest goes on. `well` becomes
// false when one that is in use has failed.
awaitable<void> try_engines(Core& core, std::chrono::seconds patience, bool& well, Report& report);

}  // namespace repartee::app
