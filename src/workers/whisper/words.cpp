#include "workers/whisper/words.h"

#include "base/utf8.h"

#include <algorithm>
#include <array>

namespace repartee::workers::whisper {

namespace {

// Whether every character that begins in it also ends in it.
bool is_whole(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        auto character = decode_utf8(text, at);
        if (character.code == replacement_character && character.length == 1) {
            return false;
        }
        at += character.length;
    }
    return true;
}

std::string only_characters(std::string_view text) {
    std::string kept;
    for (std::size_t at = 0; at < text.size();) {
        auto character = decode_utf8(text, at);
        if (character.code != replacement_character || character.length > 1) {
            kept += text.substr(at, character.length);
        }
        at += character.length;
    }
    return kept;
}

}  // namespace

bool parts_words(const Language& language) {
    constexpr std::array<std::string_view, 8> without{"zh", "yue", "ja", "th", "lo", "km", "my", "bo"};
    return std::ranges::find(without, primary_subtag(language)) == without.end();
}

void WordBuilder::add(const Token& token) {
    auto text = token.text;
    bool spaced = text.starts_with(' ');
    text.remove_prefix(spaced ? 1 : 0);
    bool begins = words_.empty() || spaced || (!parted_ && is_whole(words_.back().text));
    if (begins) {
        words_.push_back({.start = token.start, .confidence = token.probability});
    }
    auto& word = words_.back();
    word.text += text;
    word.end = std::max(token.end, word.start);
    word.confidence = std::min(word.confidence, token.probability);
}

std::vector<Word> WordBuilder::finish() {
    for (auto& word : words_) {
        word.text = only_characters(word.text);
    }
    std::erase_if(words_, [](const Word& word) { return word.text.empty(); });
    return std::move(words_);
}

std::string joined(const std::vector<Word>& words, const Language& language) {
    std::string text;
    for (const auto& word : words) {
        text += text.empty() || !parts_words(language) ? "" : " ";
        text += word.text;
    }
    return text;
}

}  // namespace repartee::workers::whisper
