// Skills that come and go while the server runs: the tools of other programs, which are there when those are.
// One toolbox for the whole server, which outlives all conversations. Any thread.
#pragma once

#include "skills/skill.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace repartee::skills {

using SkillSet = std::vector<std::unique_ptr<Skill>>;

class Toolbox {
public:
    virtual ~Toolbox() = default;

    // Another one whenever something has come, gone or changed.
    virtual std::uint64_t edition() const = 0;

    // What an agent has of it now, built for one conversation. `agent` is its id, `names` are the skills it
    // has been given; those of no tool are somebody else's.
    virtual SkillSet tools_of(const std::string& agent, const std::vector<std::string>& names) const = 0;
};

// For ConversationOptions::renew_skills: puts, behind the skills that are there when it is called first,
// those that the toolbox has now. `dressed` may put something around each of them. Empty without a toolbox.
std::function<void(SkillSet&)> renewing_from(
    const Toolbox* toolbox, std::string agent, std::vector<std::string> names,
    std::function<std::unique_ptr<Skill>(std::unique_ptr<Skill>)> dressed = {});

}  // namespace repartee::skills
