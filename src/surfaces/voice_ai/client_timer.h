// The skill `timer` where nobody stays to hear it ring: the client is told to set one.
#pragma once

#include "skills/skill.h"

namespace repartee::surfaces::voice_ai {

class ClientTimer final : public skills::Skill {
public:
    SharedSchema schema() const override;
    skills::SkillManners manners() const override;
    awaitable<skills::SkillResult> run(boost::json::object arguments) override;
};

}  // namespace repartee::surfaces::voice_ai
