// Works out what models are bad at.
#pragma once

#include "skills/skill.h"

namespace repartee::skills::calculator {

class CalculatorSkill final : public Skill {
public:
    SharedSchema schema() const override;
    awaitable<SkillResult> run(boost::json::object arguments) override;
};

}  // namespace repartee::skills::calculator
