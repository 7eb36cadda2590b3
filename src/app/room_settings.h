// How the room's captions listen, by the settings of whoever shows them: recordings are heard the same way.
#pragma once

#include "app/settings.h"
#include "hearing/room_listener.h"

namespace repartee::app {

// By [surfaces.captions]; the defaults where there is no such surface.
hearing::RoomOptions room_options(const Parts& parts);

}  // namespace repartee::app
