// Words out of tokens, and text out of words. Pure.
#pragma once

#include "vocabulary/transcript.h"

#include <string>
#include <vector>

namespace repartee::workers::whisper {

// Whether the language's words are parted by spaces. Where they are not, each token counts as a word.
bool parts_words(const Language& language);

struct Token {
    std::string_view text;  // with the space before it, where there is one; may end within a character
    std::chrono::milliseconds start{0};
    std::chrono::milliseconds end{0};
    float probability = 0;
};

class WordBuilder {
public:
    explicit WordBuilder(const Language& language) : parted_(parts_words(language)) {}

    void add(const Token& token);
    // Each as sure as its least sure token. Bytes that are no character are gone.
    std::vector<Word> finish();

private:
    bool parted_;
    std::vector<Word> words_;
};

std::string joined(const std::vector<Word>& words, const Language& language);

}  // namespace repartee::workers::whisper
