// Tells the time, the date and the weekday, in the time zone of this machine.
#pragma once

#include "skills/skill.h"

namespace repartee::skills::clock {

class ClockSkill final : public Skill {
public:
    explicit ClockSkill(Clock& clock) : clock_(clock) {}

    SharedSchema schema() const override;
    awaitable<SkillResult> run(boost::json::object arguments) override;

private:
    Clock& clock_;
};

}  // namespace repartee::skills::clock
