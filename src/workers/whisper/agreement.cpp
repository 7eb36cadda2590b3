#include "workers/whisper/agreement.h"

#include <algorithm>
#include <limits>

namespace repartee::workers::whisper {

namespace {

bool is_mark(char c) {
    return std::string_view(" \t\n.,;:!?\"'()-").find(c) != std::string_view::npos;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Of ASCII alone: a mark or a capital of another script makes a word differ, which costs a moment's
// certainty and nothing else.
std::string_view bare(std::string_view word) {
    while (!word.empty() && is_mark(word.front())) {
        word.remove_prefix(1);
    }
    while (!word.empty() && is_mark(word.back())) {
        word.remove_suffix(1);
    }
    return word;
}

// How many words at the beginning of `words` say what `certain` says, with the fewest words put in, left out
// or replaced. Of several the longest.
std::size_t place_behind(const std::vector<Word>& certain, const std::vector<Word>& words) {
    // Row by row: edits between the first i certain ones and the first j words.
    std::vector<std::size_t> edits(words.size() + 1);
    for (std::size_t j = 0; j < edits.size(); ++j) {
        edits[j] = j;
    }
    for (std::size_t i = 1; i <= certain.size(); ++i) {
        auto diagonal = edits[0];
        edits[0] = i;
        for (std::size_t j = 1; j < edits.size(); ++j) {
            auto replaced = diagonal + (same_word(certain[i - 1].text, words[j - 1].text) ? 0 : 1);
            diagonal = edits[j];
            edits[j] = std::min({replaced, edits[j] + 1, edits[j - 1] + 1});
        }
    }
    std::size_t place = 0;
    auto fewest = std::numeric_limits<std::size_t>::max();
    for (std::size_t j = 0; j < edits.size(); ++j) {
        if (edits[j] <= fewest) {
            fewest = edits[j];
            place = j;
        }
    }
    return place;
}

}  // namespace

bool same_word(std::string_view a, std::string_view b) {
    return std::ranges::equal(bare(a), bare(b), {}, lower, lower);
}

std::vector<Word> Agreement::take(std::vector<Word> words) {
    auto begin = certain_.size();
    // The last word may still grow: "ten" into "tennis".
    auto end = words.empty() ? 0 : std::min(last_.size(), words.size() - 1);
    bool goes_on = begin <= end;
    for (std::size_t i = 0; goes_on && i < begin; ++i) {
        goes_on = same_word(certain_[i].text, words[i].text);
    }
    for (auto i = begin; goes_on && i < end && same_word(last_[i].text, words[i].text); ++i) {
        certain_.push_back(words[i]);
    }
    last_ = std::move(words);
    return {certain_.begin() + static_cast<std::ptrdiff_t>(begin), certain_.end()};
}

std::vector<Word> Agreement::finish(std::vector<Word> words) {
    auto rest = place_behind(certain_, words);
    last_ = std::move(words);
    auto all = certain_;
    all.insert(all.end(), last_.begin() + static_cast<std::ptrdiff_t>(rest), last_.end());
    certain_ = all;
    return all;
}

std::vector<Word> Agreement::uncertain() const {
    auto place = place_behind(certain_, last_);
    return {last_.begin() + static_cast<std::ptrdiff_t>(place), last_.end()};
}

}  // namespace repartee::workers::whisper
