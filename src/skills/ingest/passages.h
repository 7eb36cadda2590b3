// Cuts a long text into pieces that can be remembered and found one by one. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::skills::ingest {

struct PassageLimits {
    std::size_t words = 500;  // of a piece; it ends with the sentence that reaches this
    std::size_t bytes = 2000;
};

// In order, nothing left out but white space. Pieces end where sentences or lines end, and within a sentence,
// behind a word, only where it does not fit into a piece by itself.
std::vector<std::string> passages_of(std::string_view text, PassageLimits limits);

}  // namespace repartee::skills::ingest
