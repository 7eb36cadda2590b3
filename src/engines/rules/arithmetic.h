// "what is twelve plus thirty" -> "12 + 30"
#pragma once

#include "engines/rules/words.h"

#include <optional>
#include <string>

namespace repartee::engines::rules {

// The calculation in `words`, written for the calculator skill. Nothing when there are words that do
// not belong to one, or no operation in it: "what is five" is no calculation.
std::optional<std::string> expression_in(Words words);

}  // namespace repartee::engines::rules
