// A turn's time line for clients that asked for it. Each surface wraps it in a message of its own.
#pragma once

#include "vocabulary/timeline.h"

#include <string>

namespace repartee::surfaces {

// {"speech_end":0.0,"final_text":61.2,...}: milliseconds since the first moment, in order.
std::string moments_json(const Timeline& timeline);

}  // namespace repartee::surfaces
