#include "skills/clock/clock_skill.h"

namespace repartee::skills::clock {

void offer(std::vector<SkillOffer>& offers) {
    offers.push_back({.name = "clock", .create = [](const SkillSurroundings& around) {
                          return std::make_unique<ClockSkill>(around.clock);
                      }});
}

}  // namespace repartee::skills::clock
