// The agents that are there without any file.
#pragma once

#include "conversation/agent.h"

namespace repartee::agents {

// `shinchan`: a child's companion that speaks Hindi; the original's id, so that its clients find it.
conversation::Agent shinchan_agent();

// `repartee`: English, friendly, brief, with every skill that needs no account.
conversation::Agent repartee_agent();

// `misty`: a robot that answers one question at a time, so it has no skill that remembers anything.
conversation::Agent misty_agent();

// `voice_ai`: the assistant of one person, whom it knows and for whom it does things; every skill there is
// for that.
conversation::Agent voice_ai_agent();

}  // namespace repartee::agents
