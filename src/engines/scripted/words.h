// Where the words of a text end: the scripted engines hear, answer and speak word by word.
#pragma once

#include <string_view>
#include <vector>

namespace repartee::engines::scripted {

constexpr bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// The byte after each word. White space belongs to the word it precedes; at the very end, to the last.
inline std::vector<std::size_t> word_ends(std::string_view text) {
    std::vector<std::size_t> ends;
    for (std::size_t i = 1; i <= text.size(); ++i) {
        if (!is_space(text[i - 1]) && (i == text.size() || is_space(text[i]))) {
            ends.push_back(i);
        }
    }
    if (!ends.empty()) {
        ends.back() = text.size();
    }
    return ends;
}

}  // namespace repartee::engines::scripted
