// Follows the Markdown and HTML within one line, character by character, to know where punctuation
// means nothing: in inline code, link texts and targets, tags. Part of the sentence splitter.
#pragma once

#include <cstddef>

namespace repartee::conversation {

class InlineMarkup {
public:
    // The next character, at byte `at` of the line or piece.
    void follow(char32_t character, std::size_t at);

    bool open() const { return inside_ != Inside::Nothing; }

    // How many backticks opened the code that this character is in; 0: it is in none.
    std::size_t open_code() const { return inside_ == Inside::Code ? code_marks_ : 0; }

    // Where the tag begins that the last character ended; npos: it ended none.
    std::size_t ended_tag() const { return ended_tag_; }
    static constexpr std::size_t npos = static_cast<std::size_t>(-1);

private:
    enum class Inside { Nothing, Code, Brackets, LinkTarget, Tag };

    void enter(Inside inside, std::size_t at);
    void follow_backticks(char32_t character, std::size_t at);
    void follow_depth(char32_t character, char32_t open, char32_t close);
    void open_any(char32_t character, std::size_t at);

    Inside inside_ = Inside::Nothing;
    std::size_t since_ = 0;
    int depth_ = 0;
    std::size_t marks_ = 0;       // backticks in a row, up to here
    std::size_t code_marks_ = 0;  // those that opened the code
    bool behind_brackets_ = false;
    char32_t previous_ = 0;
    std::size_t ended_tag_ = npos;
};

}  // namespace repartee::conversation
