// From the library's words to ours. Pure.
#pragma once

#include "vocabulary/transcript.h"

#include <span>
#include <string>
#include <string_view>

namespace repartee::engines::pocketsphinx {

// The dictionary numbers pronunciations, "read(2)", and has names for what is no word, "<sil>",
// "[NOISE]", "++UM++". The bare word, empty for the latter.
std::string_view bare_word(std::string_view entry);

std::string text_of(std::span<const Word> words);

// The mean of the words'; nothing without words.
std::optional<float> confidence_of(std::span<const Word> words);

}  // namespace repartee::engines::pocketsphinx
