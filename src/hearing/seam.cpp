#include "hearing/seam.h"

#include "vocabulary/words.h"

#include <algorithm>

namespace repartee::hearing {

namespace {

// Nobody says more words in a second, and one is cut at each end.
constexpr int words_a_second = 6;

// The text behind its first `count` words; words are what stands between blanks.
std::string_view behind_words(std::string_view text, std::size_t count) {
    constexpr std::string_view blanks = " \t\n";
    for (; count > 0; --count) {
        auto blank = text.find_first_of(blanks);
        text.remove_prefix(std::min(blank, text.size()));
        text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    }
    return text;
}

// The words as they are compared, one for each that stands between blanks; empty where that is none.
std::vector<std::vector<std::u32string>> compared(std::string_view text) {
    std::vector<std::vector<std::u32string>> words;
    while (!text.empty()) {
        auto rest = behind_words(text, 1);
        words.push_back(words_in(text.substr(0, text.size() - rest.size())));
        text = rest;
    }
    return words;
}

}  // namespace

Transcript without_repetition(const Transcript& previous, Transcript next,
                              std::chrono::milliseconds overlap) {
    auto before = compared(previous.text);
    auto after = compared(next.text);
    auto most = static_cast<std::size_t>(overlap.count()) * words_a_second / 1000 + 2;
    for (auto count = std::min({most, before.size(), after.size()}); count > 0; --count) {
        if (std::equal(before.end() - static_cast<std::ptrdiff_t>(count), before.end(), after.begin())) {
            next.text = std::string(behind_words(next.text, count));
            if (next.words.size() == after.size()) {
                next.words.erase(next.words.begin(), next.words.begin() + static_cast<std::ptrdiff_t>(count));
            }
            break;
        }
    }
    return next;
}

}  // namespace repartee::hearing
