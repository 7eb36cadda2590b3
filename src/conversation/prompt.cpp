#include "conversation/prompt.h"

namespace repartee::conversation {

engines::Prompt build_prompt(const Agent& agent, const std::vector<Message>& history,
                             const std::vector<std::unique_ptr<skills::Skill>>& skills) {
    engines::Prompt prompt{.messages = {}, .skills = {}, .sampling = agent.sampling};
    if (!agent.instructions.empty()) {
        prompt.messages.push_back({.role = Role::System, .content = agent.instructions});
    }
    prompt.messages.insert(prompt.messages.end(), history.begin(), history.end());
    for (const auto& skill : skills) {
        prompt.skills.push_back(skill->schema());
    }
    return prompt;
}

engines::Prompt build_prompt(const Agent& agent, const std::vector<Message>& history,
                             const std::string& question,
                             const std::vector<std::unique_ptr<skills::Skill>>& skills) {
    auto prompt = build_prompt(agent, history, skills);
    prompt.messages.push_back({.role = Role::User, .content = question});
    return prompt;
}

}  // namespace repartee::conversation
