#include "skills/timer/timer_skill.h"

namespace repartee::skills::timer {

void offer(std::vector<SkillOffer>& offers) {
    offers.push_back({.name = "timer", .create = [](const SkillSurroundings& around) {
                          return std::make_unique<TimerSkill>(around.clock);
                      }});
}

}  // namespace repartee::skills::timer
