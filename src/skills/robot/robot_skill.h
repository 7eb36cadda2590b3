// What the robot in the room can do: the ten actions of devices/robot.h.
#pragma once

#include "skills/skill.h"

#include <optional>
#include <string_view>

namespace repartee::skills::robot {

// "red", "#ff8000"; nothing for anything else.
std::optional<devices::Colour> read_colour(std::string_view text);

class RobotSkill final : public Skill {
public:
    // `robot` may be null.
    explicit RobotSkill(devices::Robot* robot) : robot_(robot) {}

    SharedSchema schema() const override;
    SkillManners manners() const override { return {.effect = EffectClass::Commits}; }
    // Returns when the robot has begun. Throws Failure as Robot::act.
    awaitable<SkillResult> run(boost::json::object arguments) override;

private:
    devices::Robot* robot_;
};

}  // namespace repartee::skills::robot
