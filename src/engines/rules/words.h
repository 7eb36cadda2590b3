// An utterance as words, whether a recogniser wrote it ("what's twelve plus thirty") or a person
// typed it ("What's 12+30?"). The ground on which the rules stand.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::engines::rules {

struct Word {
    std::string key;   // what rules compare: lower case, no apostrophes
    std::string said;  // as it was written
};

using Words = std::span<const Word>;

// Longer utterances are cut off: nobody gives a set of rules a speech to understand, and this bounds
// the work of matching patterns.
inline constexpr std::size_t most_words = 80;

// Punctuation is dropped, contractions are taken apart (what's -> what is), sighs like "um" are left
// out. Numbers stay whole (1,234.5 -> 1234.5), signs of arithmetic are words of their own.
std::vector<Word> split_words(std::string_view text);

// The words as they were written, with blanks between.
std::string joined(Words words);

}  // namespace repartee::engines::rules
