#include "surfaces/voice_ai/persona.h"

#include "agents/built_in.h"
#include "skills/skill.h"
#include "surfaces/personal_agent.h"

#include <fmt/format.h>

#include <algorithm>

namespace repartee::surfaces::voice_ai {

bool is_skill(std::string_view name) {
    auto skill = skills::known_name(name);
    return skill == family_of_tools || std::ranges::find(listed_skills, skill) != listed_skills.end() ||
           std::ranges::find(quiet_skills, skill) != quiet_skills.end();
}

conversation::Agent companion(const stores::Profile& profile) {
    auto agent = agents::voice_ai_agent();
    agent.name = profile.persona_name;
    agent.instructions += fmt::format("\n\nYou go by the name of {}.", profile.persona_name);
    if (!profile.persona_style.empty()) {
        agent.instructions +=
            fmt::format(" Whoever you talk to wants you to be like this: {}.", profile.persona_style);
    }
    std::erase_if(agent.skills, [&](const auto& skill) { return !may_use(profile, skill); });
    if (profile.voice_id != "default") {
        agent.voice.name = profile.voice_id;
    }
    agent.voice.speed = profile.voice_speed;
    if (!profile.language.empty()) {
        agent.voice.language = profile.language;
    }
    return agent;
}

}  // namespace repartee::surfaces::voice_ai
