// The doctor's look at the models: those that are here, and those that would do this machine good.
#pragma once

#include "app/doctor_report.h"
#include "app/machine.h"
#include "app/model_shelf.h"

#include <stop_token>

namespace repartee::app {

// What has changed on the disk since it was looked through is read; gigabytes take seconds, and on a terminal
// a bar shows it. Throws Failure{Cancelled}.
void report_models(const Machine& machine, const ModelChoices& choices, Report& report,
                   const std::stop_token& stop = {});

}  // namespace repartee::app
