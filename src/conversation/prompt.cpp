#include "conversation/prompt.h"

#include <boost/json.hpp>

#include <algorithm>
#include <utility>

namespace repartee::conversation {

namespace json = boost::json;

namespace {

std::string type_of(const json::object& property) {
    if (const auto* choices = property.if_contains("enum"); choices && choices->is_array()) {
        std::string all;
        for (const auto& choice : choices->get_array()) {
            all += (all.empty() ? "" : " or ") + json::serialize(choice);
        }
        return all;
    }
    const auto* type = property.if_contains("type");
    return type && type->is_string() ? std::string(type->get_string()) : "string";
}

bool is_required(const json::object& parameters, std::string_view key) {
    const auto* required = parameters.if_contains("required");
    return required && required->is_array() &&
           std::ranges::any_of(required->get_array(), [&](const json::value& name) {
               return name.is_string() && name.get_string() == key;
           });
}

// call(target: string): Calls somebody by phone.
std::string signature_of(const SkillSchema& skill) {
    std::string line = "- " + skill.name + "(";
    const auto* properties = skill.parameters.if_contains("properties");
    if (properties && properties->is_object()) {
        bool first = true;
        for (const auto& [key, property] : properties->get_object()) {
            line += std::exchange(first, false) ? "" : ", ";
            line += std::string(key) + (is_required(skill.parameters, key) ? ": " : "?: ");
            line += property.is_object() ? type_of(property.get_object()) : "string";
        }
    }
    return line + "): " + skill.description + "\n";
}

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
    prompt.skills_in_words = skills_in_words(prompt.skills);
    return prompt;
}

}  // namespace

std::string skills_in_words(const std::vector<SkillSchema>& skills) {
    if (skills.empty()) {
        return {};
    }
    std::string words =
        "Besides talking you can do the things listed below, and no others. To do one, write nothing but one "
        "JSON object of this form, with the parameters of what you do:\n"
        R"({"message": "what you say to the user", "action": {"name": "the name", "params": {"parameter": )"
        R"("value"}, "needs_confirmation": false}})"
        "\nYou are told what came of it and answer then. Whenever there is nothing to do, answer in plain "
        "words "
        "without JSON. Do not say that you did something that you did not do. A question mark behind a "
        "parameter means that it may be left out.\n";
    for (const auto& skill : skills) {
        words += signature_of(skill);
    }
    return words;
}

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
