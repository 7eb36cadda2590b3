// What a sentence about a person says, as far as its form tells: "My cat is called Ink." is a claim about the
// name of the cat. English, Hindi and a little German; of others only the words are known. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::memory {

// Something that has one value at a time.
struct Claim {
    std::string relation;               // "called", "lives"
    std::u32string subject;             // "cat"; "self" is who talks
    std::vector<std::u32string> value;  // "ink"
    // Values of two kinds do not exclude each other: one lives in Pune and in a flat.
    enum class Kind { Name, Number, Place } kind = Kind::Name;
};

struct Statement {
    std::vector<std::u32string>
        words;  // those that matter, as stems, without negations; "hate" is "like", denied
    bool denied = false;
    std::optional<Claim> claim;
};

Statement read_statement(std::string_view text);

// The words that matter, as stems: those that are not in every other sentence; all where there are no others.
std::vector<std::u32string> telling_words(std::string_view text);

}  // namespace repartee::memory
