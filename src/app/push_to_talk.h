// `repartee talk --push-to-talk`: recordings over /ws, one turn after the other, as a walkie-talkie has it.
#pragma once

#include "app/core.h"
#include "app/talk.h"

namespace repartee::app {

// `fast`: as fast as the network takes it, rather than as it was spoken.
awaitable<Spoken> push_to_talk(Core& core, std::string url, std::vector<audio::Pcm> speeches, bool fast);

}  // namespace repartee::app
