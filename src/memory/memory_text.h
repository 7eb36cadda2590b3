// How the text of a memory looks. Pure.
#pragma once

#include "stores/memories.h"

#include <string>
#include <string_view>

namespace repartee::memory {

// On one line, valid UTF-8, without blanks around it, at most so many bytes.
std::string clean_text(std::string_view text, std::size_t longest);

// As the original's clients know what was learned: "[LEARNED] [PERSONAL] My cat is called Ink."; what was
// typed or read in is as it is. For answers of the original's kind alone: in the store the text is clean and
// the category beside it.
std::string published_text(const stores::Memory& memory);

}  // namespace repartee::memory
