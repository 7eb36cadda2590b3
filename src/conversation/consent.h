// What the server would do for a user and asks them about first: the question, and whether the answer is a
// yes. Pure.
#pragma once

#include "vocabulary/skill_call.h"

#include <string>
#include <string_view>

namespace repartee::conversation {

// To be said aloud: what would be done, and with what. In the language where we speak it, else in English.
std::string consent_question(std::string_view language, const SkillCall& call);

// Whether all of `text` is a yes, in any of the languages we know: "yes, please", "haan ji". Whoever says
// more than that has not agreed to what was asked.
bool is_consent(std::string_view text);

}  // namespace repartee::conversation
