// Markdown and HTML as models write them: recognising blocks of code, and taking the marks off the
// rest. Not a Markdown parser: it errs towards keeping words and losing marks.
#pragma once

#include <string>
#include <string_view>

namespace repartee::conversation {

inline constexpr auto npos = std::string_view::npos;

std::string lower_ascii(std::string_view text);

// Without the white space around it, that of any script.
std::string_view without_leading_space(std::string_view text);
std::string_view without_trailing_space(std::string_view text);
std::string_view trimmed(std::string_view text);

// The run of backticks or tildes with which this line opens a block of code; empty if it does not.
std::string_view fence_in(std::string_view line);
// Whether this line ends the block that `fence` opened.
bool ends_fence(std::string_view line, std::string_view fence);

// The words of text that holds no blocks of code: marks of headings, lists, quotes, tables, links,
// images and tags are gone, entities resolved. Emphasis and lone signs are left for whoever looks
// at the single characters. Lines are joined, headings and list items as sentences of their own.
std::string without_markup(std::string_view text);

}  // namespace repartee::conversation
