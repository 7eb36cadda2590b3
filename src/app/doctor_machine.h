// The doctor's look at the machine itself.
#pragma once

#include "app/machine.h"
#include "app/settings.h"

namespace repartee::app {

void report_machine(const Machine& machine, const Settings& settings);

}  // namespace repartee::app
