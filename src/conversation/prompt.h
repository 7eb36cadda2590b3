// What the model is told: the agent's instructions and what is known of the person, what was said so far,
// what is asked now, and what it may do about it. Pure.
#pragma once

#include "conversation/agent.h"
#include "engines/model.h"
#include "skills/skill.h"

#include <memory>
#include <string>
#include <vector>

namespace repartee::conversation {

// The prompt as far as it is known before anything is asked.
engines::Prompt build_prompt(const Agent& agent, const std::vector<Message>& history,
                             const std::vector<std::unique_ptr<skills::Skill>>& skills);

// `background` goes behind the instructions (Recalled::background); it may be empty.
engines::Prompt build_prompt(const Agent& agent, const std::string& background,
                             const std::vector<Message>& history, const std::string& question,
                             const std::vector<std::unique_ptr<skills::Skill>>& skills);

}  // namespace repartee::conversation
