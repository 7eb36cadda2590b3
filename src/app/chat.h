// `repartee chat`: type to the agent, in this process and without a server.
#pragma once

#include "app/settings.h"

namespace repartee::app {

int chat(const Settings& settings, Parts& parts);

}  // namespace repartee::app
