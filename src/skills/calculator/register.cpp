#include "skills/calculator/calculator_skill.h"

namespace repartee::skills::calculator {

void offer(std::vector<SkillOffer>& offers) {
    offers.push_back({.name = "calculator", .create = [](const SkillSurroundings&) {
                          return std::make_unique<CalculatorSkill>();
                      }});
}

}  // namespace repartee::skills::calculator
