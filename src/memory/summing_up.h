// A summary of what has fallen out of the short-term window: what a model is asked, and what of its answer is
// kept. Pure.
#pragma once

#include "engines/model.h"
#include "stores/history.h"

#include <string>
#include <string_view>
#include <vector>

namespace repartee::memory {

inline constexpr std::size_t longest_summary = 1600;  // bytes

// `before`: the summary of what is before these messages; may be empty. What was said is quoted, and
// introduced as material.
engines::Prompt summary_prompt(std::string_view before, const std::vector<stores::StoredMessage>& messages);

// The answer as a summary; empty where it is none.
std::string summary_in(std::string_view answer);

}  // namespace repartee::memory
