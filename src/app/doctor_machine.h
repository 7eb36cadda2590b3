// The doctor's look at the machine itself.
#pragma once

#include "app/doctor_report.h"
#include "app/machine.h"
#include "app/settings.h"

namespace repartee::app {

void report_machine(const Machine& machine, const Settings& settings, Report& report);

}  // namespace repartee::app
