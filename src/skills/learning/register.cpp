#include "skills/learning/learn_skill.h"

namespace repartee::skills::learning {

void offer(std::vector<SkillOffer>& offers) {
    offers.push_back({.name = "learn", .create = [](const SkillSurroundings& around) {
                          return std::make_unique<LearnSkill>(around.memory);
                      }});
}

}  // namespace repartee::skills::learning
