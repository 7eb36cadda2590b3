// A question, spoken: real speech for engines that really hear.
#pragma once

#include "audio/pcm.h"

#include <string>
#include <vector>

namespace repartee::bench {

// What `repartee say` makes of it with the embedded voice, without the silence at both ends, at 16 kHz.
// Throws Failure.
std::vector<audio::Sample> spoken(const std::string& text);

}  // namespace repartee::bench
