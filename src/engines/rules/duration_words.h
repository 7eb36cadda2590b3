// "five minutes", "an hour and a half", "two hours and ten minutes" within an utterance.
#pragma once

#include "engines/rules/words.h"

#include <chrono>
#include <optional>

namespace repartee::engines::rules {

struct SpokenDuration {
    std::chrono::seconds length{0};
    std::size_t begin = 0;  // the words it takes up: [begin, end)
    std::size_t end = 0;
};

// The first duration said. Fractions of a second are rounded.
std::optional<SpokenDuration> find_duration(Words words);

}  // namespace repartee::engines::rules
