// Numbers as one says them: "two hundred and five", "a hundred", "three point one four", "two and a half".
#pragma once

#include "engines/rules/words.h"

#include <optional>

namespace repartee::engines::rules {

struct SpokenNumber {
    double value = 0;
    std::size_t length = 0;  // in words
    bool fraction = false;   // "half", "three quarters": may be followed by "of"
};

// The number with which `words` begin, as long as it goes. Digits count too: "2 million".
// "a" alone is no number.
std::optional<SpokenNumber> read_number(Words words);

}  // namespace repartee::engines::rules
