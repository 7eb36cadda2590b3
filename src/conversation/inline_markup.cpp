#include "conversation/inline_markup.h"

#include "conversation/characters.h"

namespace repartee::conversation {
namespace {

// Bytes after which something open is taken for a lone sign: "[0, 1) is half open."
constexpr std::size_t longest_span = 256;
// Of a link's target; they get long.
constexpr std::size_t longest_link_target = 2048;

}  // namespace

void InlineMarkup::follow(char32_t character, std::size_t at) {
    ended_tag_ = npos;
    follow_backticks(character, at);
    const bool was_brackets = inside_ == Inside::Brackets;
    switch (inside_) {
        case Inside::Nothing: open_any(character, at); break;
        case Inside::Code: break;
        case Inside::Brackets: follow_depth(character, '[', ']'); break;
        case Inside::LinkTarget: follow_depth(character, '(', ')'); break;
        case Inside::Tag:
            if (character == '>') {
                ended_tag_ = since_;
                inside_ = Inside::Nothing;
            }
            break;
    }
    behind_brackets_ = was_brackets && inside_ == Inside::Nothing;
    previous_ = character;
    if (open() && at - since_ > (inside_ == Inside::LinkTarget ? longest_link_target : longest_span)) {
        inside_ = Inside::Nothing;
    }
}

void InlineMarkup::open_any(char32_t character, std::size_t at) {
    if (character == '[' && previous_ != '\\') {
        enter(Inside::Brackets, at);
    } else if (character == '(' && behind_brackets_) {
        enter(Inside::LinkTarget, at);
    } else if (previous_ == '<' && (is_word_character(character) || character == '/' || character == '!')) {
        enter(Inside::Tag, at - 1);
    }
}

void InlineMarkup::enter(Inside inside, std::size_t at) {
    inside_ = inside;
    since_ = at;
    depth_ = 1;
}

void InlineMarkup::follow_depth(char32_t character, char32_t open, char32_t close) {
    depth_ += character == open ? 1 : 0;
    depth_ -= character == close ? 1 : 0;
    if (depth_ == 0) {
        inside_ = Inside::Nothing;
    }
}

// How long a run of backticks is shows with the character behind it.
void InlineMarkup::follow_backticks(char32_t character, std::size_t at) {
    if (character == '`') {
        ++marks_;
        return;
    }
    if (marks_ > 0 && inside_ == Inside::Nothing) {
        enter(Inside::Code, at);
        code_marks_ = marks_;
    } else if (marks_ > 0 && inside_ == Inside::Code && marks_ == code_marks_) {
        inside_ = Inside::Nothing;
    }
    marks_ = 0;
}

}  // namespace repartee::conversation
