// One line of a conversation as a model sees it.
#pragma once

#include "vocabulary/skill_call.h"

#include <string>
#include <vector>

namespace repartee {

enum class Role { System, User, Assistant, Skill };

struct Message {
    Role role = Role::User;
    std::string content;
    std::vector<SkillCall> calls = {};  // Assistant only: what it asked for
    std::string call_id = {};           // Skill only: which call this answers
    std::string skill = {};             // Skill only: the skill's name
};

}  // namespace repartee
