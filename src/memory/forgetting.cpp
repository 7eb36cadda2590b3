#include "memory/forgetting.h"

#include "memory/claim.h"
#include "memory/word_list.h"
#include "vocabulary/words.h"

#include <algorithm>

namespace repartee::memory {

namespace {

// How near to the nearest of those that have the words.
constexpr double nearly_as_near = 0.6;
// How near one without the words has to be.
constexpr double nearly_the_same = 0.6;

// They say that something is meant, and not what.
constexpr std::array<std::u32string_view, 30> vague{
    U"that",    U"this",   U"it",       U"forget",   U"forgotten",   U"fact", U"facts", U"thing",
    U"things",  U"memory", U"memories", U"said",     U"say",         U"told", U"just",  U"last",
    U"know",    U"known",  U"learned",  U"one",      U"information", U"data", U"ever",  U"again",
    U"anymore", U"more",   U"stuff",    U"yourself", U"what",        U"इसे"};
constexpr std::array<std::u32string_view, 5> all_of_it{U"everything", U"anything", U"all", U"सब", U"alles"};

std::vector<std::u32string> words_that_say_what(std::string_view what) {
    std::vector<std::u32string> words;
    for (const auto& word : words_in(what)) {
        if (!is_filler(word) && !is_one_of(word, vague) && !is_one_of(word, all_of_it) && word != U"कुछ") {
            words.emplace_back(stem_of(word));
        }
    }
    return words;
}

bool has_word(const std::vector<std::u32string>& words, const std::u32string& word) {
    // Longer words may end otherwise.
    constexpr std::size_t enough = 5;
    return std::ranges::any_of(words, [&](const std::u32string& one) {
        return one == word || (std::min(one.size(), word.size()) >= enough &&
                               (one.starts_with(word) || word.starts_with(one)));
    });
}

}  // namespace

ToForget::Kind kind_of_forgetting(std::string_view what) {
    if (!words_that_say_what(what).empty()) {
        return ToForget::Kind::These;
    }
    const auto words = words_in(what);
    const bool all = std::ranges::any_of(words, [](const auto& word) { return is_one_of(word, all_of_it); });
    return all ? ToForget::Kind::Everything : ToForget::Kind::TheLast;
}

std::vector<std::size_t> meant_by(std::string_view what, const std::vector<stores::FoundMemory>& found) {
    const auto wanted = words_that_say_what(what);
    std::vector<std::size_t> meant;
    double nearest = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const auto words = telling_words(found[i].memory.text);
        const bool has_all =
            std::ranges::all_of(wanted, [&](const auto& word) { return has_word(words, word); });
        if (has_all && (meant.empty() || found[i].score >= nearly_as_near * nearest)) {
            nearest = meant.empty() ? found[i].score : nearest;
            meant.push_back(i);
        }
    }
    if (meant.empty() && !found.empty() && found[0].score >= nearly_the_same) {
        meant.push_back(0);
    }
    return meant;
}

}  // namespace repartee::memory
