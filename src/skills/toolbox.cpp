#include "skills/toolbox.h"

#include <optional>
#include <utility>

namespace repartee::skills {

namespace {

struct Renewing {
    void operator()(SkillSet& skills) {
        auto edition = toolbox->edition();
        if (!lasting) {
            lasting = skills.size();
        } else if (edition == seen) {
            return;
        }
        seen = edition;
        skills.resize(*lasting);
        for (auto& tool : toolbox->tools_of(agent, names)) {
            skills.push_back(dressed ? dressed(std::move(tool)) : std::move(tool));
        }
    }

    const Toolbox* toolbox;
    std::string agent;
    std::vector<std::string> names;
    std::function<std::unique_ptr<Skill>(std::unique_ptr<Skill>)> dressed;
    std::optional<std::size_t> lasting = {};  // how many were there before us
    std::uint64_t seen = 0;
};

}  // namespace

std::function<void(SkillSet&)> renewing_from(
    const Toolbox* toolbox, std::string agent, std::vector<std::string> names,
    std::function<std::unique_ptr<Skill>(std::unique_ptr<Skill>)> dressed) {
    if (toolbox == nullptr) {
        return {};
    }
    return Renewing{toolbox, std::move(agent), std::move(names), std::move(dressed)};
}

}  // namespace repartee::skills
