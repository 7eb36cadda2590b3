// All that answers one person in one conversation: the agent in the manner they like, the model, what is
// remembered of them, and the skills they allow. Made by Desk::attend; lives longer than the conversation, on
// its strand.
#pragma once

#include "agents/definition.h"
#include "conversation/conversation.h"
#include "memory/recollections.h"
#include "surfaces/voice_ai/desk.h"
#include "surfaces/voice_ai/personal_model.h"

#include <memory>
#include <optional>
#include <vector>

namespace repartee::surfaces::voice_ai {

class Attendant {
public:
    // `agent`: who answers in place of the person's own companion, with a model of theirs where they have
    // one; null: nobody does. The skills are those that the person allows either way.
    Attendant(Desk& desk, memory::Party party, std::shared_ptr<const Manner> manner,
              const agents::Definition* agent = nullptr);
    Attendant(const Attendant&) = delete;
    Attendant& operator=(const Attendant&) = delete;

    const Owner& owner() const { return party_.owner; }
    const conversation::Agent& agent() const { return agent_; }
    // What is spoken to it.
    Language language() const;
    conversation::Recollection& recollection() { return *recollection_; }
    conversation::Voicebox voicebox(Log log);

    // Whether somebody will be there when a timer rings, and whether what asks can do what a phone does:
    // place a call, show the way.
    enum class Company { Stays, Leaves, HasNoHands };
    // Those that the profile allows now; each asks again when it is used.
    std::vector<std::unique_ptr<skills::Skill>> skills(Company company);
    // For ConversationOptions::renew_skills.
    std::function<void(skills::SkillSet&)> tools();

    // From the next turn on it is like this.
    void follow(std::shared_ptr<const Manner> manner);

private:
    Desk& desk_;
    memory::Party party_;
    std::optional<conversation::Agent> chosen_;  // who answers in place of the companion
    bool answers_with_persons_model_;            // where the person has one
    std::shared_ptr<const Manner> manner_;       // shared with those who ask for it at the desk
    stores::Profile profile_;  // of the manner, in a place that skills and conversation know
    conversation::Agent agent_;
    PersonalModel model_;
    std::unique_ptr<skills::Remembering> remembering_;
    std::unique_ptr<conversation::Recollection> recollection_;
};

}  // namespace repartee::surfaces::voice_ai
