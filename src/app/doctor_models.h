// The doctor's look at the models: those that are here, and those that would do this machine good.
#pragma once

#include "app/machine.h"
#include "app/settings.h"

namespace repartee::app {

// What has changed on the disk since it was looked through is read; gigabytes take seconds, and a bar shows
// it.
void report_models(const Machine& machine, Settings& settings, Parts& parts);

}  // namespace repartee::app
