// `repartee check`: are the settings right, and which are in force.
#pragma once

#include "app/settings.h"

namespace repartee::app {

// Prints the settings in force with where each came from, or every mistake. 0 or 2.
int check(Settings& settings, Parts& parts, const config::Reading& reading);

}  // namespace repartee::app
