// What the user said of themselves, said back to them: "my keys are here" -> "your keys are here".
#pragma once

#include "engines/rules/words.h"

#include <string>

namespace repartee::engines::rules {

std::string said_to_user(Words words);

}  // namespace repartee::engines::rules
