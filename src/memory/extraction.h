// Lasting facts in what somebody said: what a model is asked, and what of its answer is believed. Pure.
#pragma once

#include "engines/model.h"

#include <string>
#include <string_view>
#include <vector>

namespace repartee::memory {

struct ExtractedFact {
    std::string text;
    std::string category;
};

inline constexpr std::size_t most_facts_of_an_exchange = 3;

// Whether it is worth asking: there are words enough for a fact, and more than a plain question.
bool may_hold_a_fact(std::string_view said);

// `said`: what the person said, and nobody else. They are data: quoted, and introduced as such.
engines::Prompt extraction_prompt(const std::vector<std::string>& said, std::size_t most);

// The answer has to be JSON (alone, in a fence, or in the midst of talk):
// {"facts":[{"fact":"…","category":"…"}]}. Of anything else nothing is believed, nor of a fact whose words
// the person did not say: at least half of those that matter, and every number.
std::vector<ExtractedFact> facts_in(std::string_view answer, const std::vector<std::string>& said,
                                    std::size_t most);

}  // namespace repartee::memory
