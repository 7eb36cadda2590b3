// Remembers what the user asks it to, for as long as the conversation lasts.
#pragma once

#include "skills/notes/notebook.h"
#include "skills/skill.h"

namespace repartee::skills::notes {

class NotesSkill final : public Skill {
public:
    SharedSchema schema() const override;
    SkillManners manners() const override { return {.effect = EffectClass::MayRepeat}; }
    awaitable<SkillResult> run(boost::json::object arguments) override;

private:
    std::string remember(const std::string& note);
    std::string recall(std::string_view about) const;
    std::string forget(std::string_view about);

    Notebook notebook_;
};

}  // namespace repartee::skills::notes
