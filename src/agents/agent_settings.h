// Where agents come from: the keys of [agents] besides the agents themselves.
#pragma once

#include "base/fields.h"

#include <string>

namespace repartee::agents {

struct AgentSettings {
    std::string default_agent;  // an id; empty: the first
    std::string agents_json;    // path; empty: none
    std::string config_json;    // path; empty: none
};

void describe(Fields& fields, AgentSettings& settings);

}  // namespace repartee::agents
