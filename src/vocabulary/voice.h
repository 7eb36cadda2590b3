// How an agent sounds.
#pragma once

#include "vocabulary/language.h"

#include <string>

namespace repartee {

struct Voice {
    std::string name = {};  // the engine's own name; empty: the engine's default for the language
    Language language = "en";
    double speed = 1.0;        // 1 is the voice's natural rate; engines clamp to what they can
    double pitch = 1.0;        // 1 is natural
    double volume = 1.0;       // 1 is natural
    std::string emotion = {};  // "calm", "excited": a hint to engines that can act; empty: none
};

}  // namespace repartee
