// What the model is told: the agent's instructions, what was said so far, what is asked now, and
// what it may do about it. Pure.
#pragma once

#include "conversation/agent.h"
#include "engines/model.h"
#include "skills/skill.h"

#include <memory>
#include <string>
#include <vector>

namespace repartee::conversation {

engines::Prompt build_prompt(const Agent& agent, const std::vector<Message>& history,
                             const std::string& question,
                             const std::vector<std::unique_ptr<skills::Skill>>& skills);

}  // namespace repartee::conversation
