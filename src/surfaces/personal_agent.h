// An agent as one person has it who talks to it with an account: in the manner they have set, with what is
// remembered of them, and with the skills they allow. Made for one conversation, on its strand; outlives it.
#pragma once

#include "agents/definition.h"
#include "conversation/recollection.h"
#include "skills/toolbox.h"
#include "stores/people.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::surfaces {

struct Stage;

// Whether somebody with this profile may use a skill, by whichever of its names.
bool may_use(const stores::Profile& profile, std::string_view skill);

// What the prompt says about the person.
std::string about_person(const stores::User& user);

// An agent in the manner that a person has set. What they have not set is the agent's; so is the name of one
// who has a character. Pure.
conversation::Agent in_manner_of(conversation::Agent agent, const stores::Profile& profile);

// A skill that the profile may take away while the conversation goes on. `profile` outlives it. It may be
// used by its name, or by that of its family.
std::unique_ptr<skills::Skill> permitted(std::unique_ptr<skills::Skill> skill, const stores::Profile& profile,
                                         std::string_view family = {});

// Of the tools of other programs, in a person's list of skills.
inline constexpr std::string_view family_of_tools = "mcp";

class PersonalAgent {
public:
    // `session` names the conversation in their history. What the stage has outlives it.
    PersonalAgent(const Stage& stage, const stores::User& user, stores::Profile profile, std::string session,
                  agents::Definition definition);
    PersonalAgent(const PersonalAgent&) = delete;
    PersonalAgent& operator=(const PersonalAgent&) = delete;

    const agents::Definition& definition() const { return definition_; }
    conversation::Recollection& recollection() { return *recollection_; }
    std::vector<std::unique_ptr<skills::Skill>> skills();
    // For ConversationOptions::renew_skills.
    std::function<void(skills::SkillSet&)> tools();

private:
    const Stage& stage_;
    const stores::Profile profile_;
    agents::Definition definition_;
    std::unique_ptr<skills::Remembering> remembering_;
    std::unique_ptr<conversation::Recollection> recollection_;
};

}  // namespace repartee::surfaces
