#include "conversation/prompt.h"

#include <utility>

namespace repartee::conversation {

namespace {

engines::Prompt prompt_without_question(const Agent& agent, const std::string& background,
                                        const std::vector<Message>& history,
                                        const std::vector<std::unique_ptr<skills::Skill>>& skills) {
    engines::Prompt prompt{.messages = {}, .skills = {}, .sampling = agent.sampling};
    auto instructions = agent.instructions;
    if (!background.empty()) {
        instructions += instructions.empty() ? "" : "\n\n";
        instructions += background;
    }
    if (!instructions.empty()) {
        prompt.messages.push_back({.role = Role::System, .content = std::move(instructions)});
    }
    prompt.messages.insert(prompt.messages.end(), history.begin(), history.end());
    for (const auto& skill : skills) {
        prompt.skills.push_back(skill->schema());
    }
    return prompt;
}

}  // namespace

engines::Prompt build_prompt(const Agent& agent, const std::vector<Message>& history,
                             const std::vector<std::unique_ptr<skills::Skill>>& skills) {
    return prompt_without_question(agent, {}, history, skills);
}

engines::Prompt build_prompt(const Agent& agent, const std::string& background,
                             const std::vector<Message>& history, const std::string& question,
                             const std::vector<std::unique_ptr<skills::Skill>>& skills) {
    auto prompt = prompt_without_question(agent, background, history, skills);
    prompt.messages.push_back({.role = Role::User, .content = question});
    return prompt;
}

}  // namespace repartee::conversation
