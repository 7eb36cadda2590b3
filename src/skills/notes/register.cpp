#include "skills/notes/notes_skill.h"

namespace repartee::skills::notes {

void offer(std::vector<SkillOffer>& offers) {
    offers.push_back(
        {.name = "notes", .create = [](const SkillSurroundings&) { return std::make_unique<NotesSkill>(); }});
}

}  // namespace repartee::skills::notes
