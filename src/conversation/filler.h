// What an agent says while somebody waits for it in silence.
#pragma once

#include <string_view>

namespace repartee::conversation {

// A short sentence, "One moment, please."; empty where we do not speak the language.
std::string_view filler_in(std::string_view language);

}  // namespace repartee::conversation
