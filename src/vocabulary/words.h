// The words of a text in any script, as they are compared: lower case, without punctuation. Pure. Vectors
// that are kept hang on what comes out here (engines/hashing): a change raises their version.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace repartee {

// A word is letters, digits and the signs that belong to them (vowels of Devanagari, accents). What is
// written without spaces between words (Chinese, Japanese, Thai) comes character by character. Text that is
// no valid UTF-8 is read as far as it is.
std::vector<std::u32string> words_in(std::string_view text);

// Says little about what a text is about: "the", "is", "what", "मेरा", "है".
bool is_filler(std::u32string_view word);

// The word without an English ending, where it has one: "cats" and "cat", "called" and "call" are alike.
std::u32string_view stem_of(std::u32string_view word);

}  // namespace repartee
