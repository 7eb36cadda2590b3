// `repartee devices`: the microphones of this machine, and which of them is listened to.
#pragma once

#include "app/settings.h"

namespace repartee::app {

// 0 where there is one that can be listened to; else 1, and words on what to do.
int list_devices(const Settings& settings, const Parts& parts, bool as_json);

}  // namespace repartee::app
