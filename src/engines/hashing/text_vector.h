// A text as a vector, without any model: every word, pair of words and short piece of a word is drawn by lot
// to a few of the vector's places, and counts there. Texts that share words, or parts of them, lie near each
// other. Pure; the same on every machine, for ever: changing what comes out needs a new name
// (HashingEmbedder).
#pragma once

#include <string_view>
#include <vector>

namespace repartee::engines::hashing {

inline constexpr std::size_t dimension = 384;

// Of length 1. What is behind the first `longest_read` bytes is not read.
std::vector<float> vector_of(std::string_view text);

inline constexpr std::size_t longest_read = 16 << 10;

}  // namespace repartee::engines::hashing
