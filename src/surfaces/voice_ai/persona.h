// Who answers somebody: the built-in agent, in the manner that person has chosen. Pure. What is the same for
// whichever agent is in surfaces/personal_agent.h.
#pragma once

#include "conversation/agent.h"
#include "stores/people.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::surfaces::voice_ai {

// The skills that clients are told about, in the original's order ...
inline constexpr std::array<std::string_view, 11> listed_skills{"call",    "sms",   "navigation", "calendar",
                                                                "search",  "media", "system",     "learn",
                                                                "weather", "timer", "ingest"};
// ... and those that are there besides.
inline constexpr std::array<std::string_view, 2> quiet_skills{"clock", "calculator"};

// Whether a profile may name it: one of the above, or another name for one.
bool is_skill(std::string_view name);

conversation::Agent companion(const stores::Profile& profile);

}  // namespace repartee::surfaces::voice_ai
