#include "surfaces/voice_ai/attendant.h"

#include "surfaces/frugality.h"
#include "surfaces/personal_agent.h"
#include "surfaces/voice_ai/client_timer.h"
#include "surfaces/voice_ai/persona.h"

#include <fmt/format.h>

namespace repartee::surfaces::voice_ai {

namespace {

bool has_model_of_its_own(const agents::Definition* agent) {
    return agent != nullptr && !agent->model.kind.empty();
}

engines::Model& model_of(Desk& desk, const agents::Definition* agent) {
    return has_model_of_its_own(agent) ? desk.stage().engines.model(agent->model.kind, agent->model)
                                       : desk.model();
}

}  // namespace

Attendant::Attendant(Desk& desk, memory::Party party, std::shared_ptr<const Manner> manner,
                     const agents::Definition* agent)
    : desk_(desk),
      party_(std::move(party)),
      chosen_(agent == nullptr ? std::nullopt : std::optional(agent->agent)),
      answers_with_persons_model_(!has_model_of_its_own(agent)),
      model_(model_of(desk, agent), desk.stage().log),
      remembering_(desk.archive().recollections().remembering(party_.owner)),
      // What is thought about behind the conversation outlives it, so it is not for the person's own model.
      recollection_(desk.archive().recollections().make(party_, desk.model())) {
    follow(std::move(manner));
}

void Attendant::follow(std::shared_ptr<const Manner> manner) {
    if (manner == manner_) {
        return;
    }
    manner_ = std::move(manner);
    profile_ = manner_->profile;
    agent_ = chosen_.value_or(manner_->agent);
    auto user = party_.owner.user_id();
    model_.use(user && answers_with_persons_model_ && desk_.settings().own_keys
                   ? desk_.own_engines().model_of(*user, profile_)
                   : nullptr);
}

Language Attendant::language() const {
    return profile_.language.empty() ? desk_.settings().language : profile_.language;
}

conversation::Voicebox Attendant::voicebox(Log log) {
    auto manner =
        manner_of_turns(desk_.stage(), answers_with_persons_model_ ? Model::Everybodys : Model::OfItsOwn);
    return {.model = model_,
            .synthesiser = desk_.stage().engines.synthesiser(),
            .clock = desk_.stage().clock,
            .log = std::move(log),
            .manner = [this, manner = std::move(manner)] {
                auto now = manner();
                now.model = model_.is_own() ? nullptr : now.model;
                return now;
            }};
}

std::vector<std::unique_ptr<skills::Skill>> Attendant::skills(Company company) {
    const auto& stage = desk_.stage();
    skills::SkillSurroundings surroundings{stage.clock, &stage.http, remembering_.get(), stage.robot,
                                           company != Company::HasNoHands};
    auto all = skills::build_skills(stage.skills, agent_.skills, surroundings);
    if (company == Company::HasNoHands) {
        std::erase_if(all, [](const auto& skill) { return skill->schema()->name == "timer"; });
    }
    for (auto& skill : all) {
        if (company == Company::Leaves && skill->schema()->name == "timer") {
            skill = std::make_unique<ClientTimer>();
        }
        skill = permitted(std::move(skill), profile_);
    }
    return all;
}

std::function<void(skills::SkillSet&)> Attendant::tools() {
    return skills::renewing_from(desk_.stage().toolbox, agent_.id, agent_.skills, [this](auto tool) {
        return permitted(std::move(tool), profile_, family_of_tools);
    });
}

}  // namespace repartee::surfaces::voice_ai
