// Who answers, as far as a conversation needs to know. Definitions and files are in src/agents.
#pragma once

#include "engines/model.h"
#include "vocabulary/voice.h"

#include <string>
#include <vector>

namespace repartee::conversation {

struct Agent {
    std::string id;
    std::string name;
    std::string instructions;         // the system prompt
    std::vector<std::string> skills;  // names of what it may do
    Voice voice = {};
    engines::SamplingOptions sampling = {};
};

}  // namespace repartee::conversation
