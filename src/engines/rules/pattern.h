// Phrases with gaps, so that a rule reads like what people say.
//
//     set|start       one of these words
//     [a|the|my]      one of these words, or none
//     *               one word or more, handed back
//     ...             any words, or none
//     #               a place taken by an earlier step (durations, see timer_topic.cpp)
#pragma once

#include "engines/rules/words.h"

#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

namespace repartee::engines::rules {

// What the stars of a pattern stood for, in order.
using Captures = std::vector<Words>;

// All of `words` must fit. Stars take as little as they can.
std::optional<Captures> match(std::string_view pattern, Words words);

// The first pattern that fits.
std::optional<Captures> match_any(std::initializer_list<std::string_view> patterns, Words words);

}  // namespace repartee::engines::rules
