#include "surfaces/personal_agent.h"

#include "agents/built_in.h"
#include "surfaces/surface.h"

#include <fmt/format.h>

#include <algorithm>

namespace repartee::surfaces {

namespace {

class Permitted final : public skills::Skill {
public:
    Permitted(std::unique_ptr<skills::Skill> skill, const stores::Profile& profile, std::string_view family)
        : skill_(std::move(skill)), profile_(profile), family_(family) {}

    SharedSchema schema() const override { return skill_->schema(); }
    skills::SkillManners manners() const override { return skill_->manners(); }
    void undo(const skills::Effect& effect) override { skill_->undo(effect); }

    awaitable<skills::SkillResult> run(boost::json::object arguments) override {
        if (!may_use(profile_, schema()->name) && (family_.empty() || !may_use(profile_, family_))) {
            skills::SkillResult refusal{.text = "That has been switched off in your settings."};
            co_return refusal;
        }
        auto result = co_await skill_->run(std::move(arguments));
        co_return result;
    }

private:
    std::unique_ptr<skills::Skill> skill_;
    const stores::Profile& profile_;
    const std::string_view family_;
};

// Who talks with an account can have things remembered, whatever the agent does for others.
constexpr std::string_view remembering_skill = "learn";

// Tools of other programs are allowed as a family: "mcp" allows what an agent names as "mcp:home/lights_on".
bool may_have(const stores::Profile& profile, std::string_view skill) {
    bool is_tool =
        skill.starts_with(family_of_tools) && skill.substr(family_of_tools.size()).starts_with(':');
    return may_use(profile, skill) || (is_tool && may_use(profile, family_of_tools));
}

}  // namespace

bool may_use(const stores::Profile& profile, std::string_view skill) {
    return profile.allowed_skills.empty() ||
           std::ranges::any_of(profile.allowed_skills,
                               [&](const auto& allowed) { return skills::known_name(allowed) == skill; });
}

std::string about_person(const stores::User& user) {
    return user.full_name.empty() ? std::string() : fmt::format("You are talking to {}.", user.full_name);
}

conversation::Agent in_manner_of(conversation::Agent agent, const stores::Profile& profile) {
    const stores::Profile nothing_set;
    const bool has_character = agent.id != agents::repartee_agent().id;
    if (!has_character && profile.persona_name != nothing_set.persona_name) {
        agent.name = profile.persona_name;
        agent.instructions += fmt::format("\n\nYou go by the name of {}.", profile.persona_name);
    }
    if (profile.persona_style != nothing_set.persona_style && !profile.persona_style.empty()) {
        agent.instructions +=
            fmt::format("\n\nWhoever you talk to wants you to be like this: {}.", profile.persona_style);
    }
    if (profile.voice_id != nothing_set.voice_id) {
        agent.voice.name = profile.voice_id;
    }
    if (profile.voice_speed != nothing_set.voice_speed) {
        agent.voice.speed = profile.voice_speed;
    }
    if (!profile.language.empty()) {
        agent.voice.language = profile.language;
    }
    if (std::ranges::find(agent.skills, remembering_skill) == agent.skills.end()) {
        agent.skills.emplace_back(remembering_skill);
    }
    std::erase_if(agent.skills, [&](const auto& skill) { return !may_have(profile, skill); });
    return agent;
}

std::unique_ptr<skills::Skill> permitted(std::unique_ptr<skills::Skill> skill, const stores::Profile& profile,
                                         std::string_view family) {
    return std::make_unique<Permitted>(std::move(skill), profile, family);
}

PersonalAgent::PersonalAgent(const Stage& stage, const stores::User& user, stores::Profile profile,
                             std::string session, agents::Definition definition)
    : stage_(stage), profile_(std::move(profile)), definition_(std::move(definition)) {
    definition_.agent = in_manner_of(std::move(definition_.agent), profile_);
    auto owner = Owner::user(user.id);
    auto& recollections = stage.archive.recollections();
    remembering_ = recollections.remembering(owner);
    memory::Party party{.owner = owner, .session = std::move(session), .profile_text = about_person(user)};
    recollection_ =
        recollections.make(std::move(party), stage.engines.model(definition_.model.kind, definition_.model));
}

std::vector<std::unique_ptr<skills::Skill>> PersonalAgent::skills() {
    auto surroundings = for_skills(stage_);
    surroundings.memory = remembering_.get();
    auto all = skills::build_skills(stage_.skills, definition_.agent.skills, surroundings);
    for (auto& skill : all) {
        skill = permitted(std::move(skill), profile_);
    }
    return all;
}

std::function<void(skills::SkillSet&)> PersonalAgent::tools() {
    const auto& agent = definition_.agent;
    return skills::renewing_from(stage_.toolbox, agent.id, agent.skills, [this](auto tool) {
        return permitted(std::move(tool), profile_, family_of_tools);
    });
}

}  // namespace repartee::surfaces
