#include "skills/phone/phone_skill.h"

namespace repartee::skills::phone {

void offer(std::vector<SkillOffer>& offers) {
    for (const auto& task : tasks()) {
        offers.push_back({.name = std::string(task.name), .create = [&task](const SkillSurroundings& around) {
                              return std::make_unique<PhoneSkill>(task, around.client_acts);
                          }});
    }
}

}  // namespace repartee::skills::phone
