// The words of a transcript as providers tell them, made presentable. Pure.
#pragma once

#include "vocabulary/transcript.h"

#include <string>
#include <string_view>
#include <vector>

namespace repartee::engines {

// Without white space around it.
std::string_view trimmed(std::string_view text);

// The words if they are what vocabulary/transcript.h promises: in their order in time, and joined by
// spaces the text itself. Nothing otherwise.
std::vector<Word> words_of(std::string_view text, std::vector<Word> words);

// Seconds, or milliseconds as a number, from outside: nothing for what cannot be a time.
std::optional<std::chrono::milliseconds> time_from_seconds(double seconds);

}  // namespace repartee::engines
