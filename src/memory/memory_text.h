// How the text of a memory looks. Pure.
#pragma once

#include <string>
#include <string_view>

namespace repartee::memory {

// On one line, valid UTF-8, without blanks around it, at most so many bytes.
std::string clean_text(std::string_view text, std::size_t longest);

}  // namespace repartee::memory
