// `repartee doctor`: what works on this machine, what does not, and what to type.
#pragma once

#include "app/settings.h"

namespace repartee::app {

// 0 when every trade has an engine that works and the robot, if one is configured, answers; 1 otherwise.
int doctor(const Settings& settings, Parts& parts);

}  // namespace repartee::app
