// Remembers facts about a person for good, and forgets them: `learn`.
#pragma once

#include "skills/skill.h"

namespace repartee::skills::learning {

class LearnSkill final : public Skill {
public:
    // Of the person who talks; may be null.
    explicit LearnSkill(Remembering* memory) : memory_(memory) {}

    SharedSchema schema() const override;
    SkillManners manners() const override { return {.effect = EffectClass::MayRepeat}; }
    // Throws Failure as Remembering.
    awaitable<SkillResult> run(boost::json::object arguments) override;

private:
    Remembering* memory_;
};

// A word for a kind of facts: small letters, digits and "_", as "[A CATEGORY]!" -> "a_category".
std::string clean_category(std::string_view category);

}  // namespace repartee::skills::learning
