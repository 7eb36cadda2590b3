#include "skills/robot/robot_skill.h"

namespace repartee::skills::robot {

void offer(std::vector<SkillOffer>& offers) {
    offers.push_back({.name = "robot", .create = [](const SkillSurroundings& around) {
                          return std::make_unique<RobotSkill>(around.robot);
                      }});
}

}  // namespace repartee::skills::robot
