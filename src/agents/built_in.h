// The agents that are there without any file.
#pragma once

#include "conversation/agent.h"

namespace repartee::agents {

// `repartee`: English, friendly, brief, with every skill that needs no account.
conversation::Agent repartee_agent();

}  // namespace repartee::agents
