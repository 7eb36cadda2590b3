#include "skills/skill.h"

#include <algorithm>

namespace repartee::skills {

std::string_view known_name(std::string_view name) {
    return name == "navigate" ? "navigation" : name;
}

std::vector<std::unique_ptr<Skill>> build_skills(const std::vector<SkillOffer>& offers,
                                                 const std::vector<std::string>& names,
                                                 const SkillSurroundings& surroundings) {
    std::vector<std::unique_ptr<Skill>> built;
    for (const auto& offer : offers) {
        if (std::ranges::find(names, offer.name) != names.end()) {
            built.push_back(offer.create(surroundings));
        }
    }
    return built;
}

}  // namespace repartee::skills
