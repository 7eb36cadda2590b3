#include "conversation/piece_reader.h"

#include "base/utf8.h"
#include "conversation/abbreviations.h"
#include "conversation/characters.h"
#include "conversation/markup.h"
#include "conversation/reasoning_filter.h"

namespace repartee::conversation {
namespace {

constexpr char32_t ellipsis = 0x2026;
constexpr char32_t en_dash = 0x2013;
constexpr char32_t em_dash = 0x2014;
constexpr char32_t zero_width_joiner = 0x200D;

bool is_sentence_end(char32_t character) {
    const bool doubled = character == 0x203C || (character >= 0x2047 && character <= 0x2049);  // ‼ ⁇ ⁈ ⁉
    return character == '.' || character == '!' || character == '?' || character == ellipsis || doubled ||
           ends_sentence_at_once(character);
}

}  // namespace

PieceReader::PieceReader(const SplitterLimits& limits, bool first, std::string_view block_end)
    : limits_(limits), first_(first), block_end_(block_end) {
    if (!block_end_.empty()) {
        block_ = block_end_[0] == '<' ? Block::Reasoning : Block::Fence;
    }
}

std::optional<PieceEnd> PieceReader::read(std::string_view text, bool complete) {
    text_ = text;
    while (at_ < text_.size()) {
        if (!complete && utf8_is_cut_short(text_, at_)) {
            return std::nullopt;
        }
        const Utf8Character character = decode_utf8(text_, at_);
        if (auto end = step(character.code, character.length)) {
            return end;
        }
        previous_ = character.code;
        at_ += character.length;
        ++characters_;
    }
    if (complete) {
        return end_at(text_.size());
    }
    return std::nullopt;
}

std::optional<PieceEnd> PieceReader::step(char32_t character, std::size_t length) {
    if (at_ > 0 && at_ >= limits_.longest_block) {
        return end_at(last_break_ > 0 ? last_break_ : at_);
    }
    if (block_ != Block::None) {
        return step_in_block(character, length);
    }
    if (character == '\n') {
        return end_of_line();
    }
    if (when_ != When::Never) {
        const std::size_t end = candidate_;
        if (candidate_holds(character, length)) {
            return end_at(end);
        }
    }
    if (characters_ >= limits_.longest_piece) {
        if (auto end = end_of_what_fits()) {
            return end;
        }
    }
    follow_words(character);
    markup_.follow(character, at_);
    if (markup_.open()) {
        when_ = When::Never;
    } else if (markup_.ended_tag() != InlineMarkup::npos) {
        enter_reasoning(markup_.ended_tag());
    } else if (when_ == When::Never) {
        look_for_candidate(character, length);
    }
    return std::nullopt;
}

PieceEnd PieceReader::end_at(std::size_t at) const {
    return {at, half_words_ > 0, block_end_};
}

std::optional<PieceEnd> PieceReader::end_of_what_fits() const {
    // A clause sounds better than a word, unless it leaves a stump.
    if (last_clause_ > at_ / 2) {
        return end_at(last_clause_);
    }
    if (last_word_ > 0) {
        return end_at(last_word_);
    }
    return std::nullopt;
}

// ---- the candidate -------------------------------------------------------------------------------

void PieceReader::look_for_candidate(char32_t character, std::size_t length) {
    clause_ = false;
    if (character == '.') {
        when_ = after_full_stop();
    } else if (character == ellipsis) {
        when_ = When::UnlessLowercase;
    } else if (ends_sentence_at_once(character)) {
        when_ = When::AtOnce;
    } else if (is_sentence_end(character)) {
        when_ = When::BeforeSpace;
    } else if (first_ && half_words_ >= 2 * limits_.first_clause_words) {
        when_ = after_clause(character);
        clause_ = when_ != When::Never;
    }
    candidate_ = at_ + length;
}

// Whether the piece ends at the candidate, given what follows it. Closing quotes, further
// punctuation and emoji move the candidate behind themselves.
bool PieceReader::candidate_holds(char32_t character, std::size_t length) {
    const bool adjacent = candidate_ == at_;
    if (adjacent && belongs_to_end(character)) {
        extend_candidate(character, length);
        return false;
    }
    if (when_ == When::AtOnce) {
        return true;
    }
    if (is_space(character)) {
        return when_ == When::BeforeSpace;
    }
    const bool goes_on = adjacent || (when_ == When::UnlessNumber ? is_digit(character) || character == '#'
                                                                  : is_lowercase(character));
    when_ = When::Never;
    return !goes_on;
}

bool PieceReader::belongs_to_end(char32_t character) const {
    if (character == '"' && when_ == When::AtOnce) {
        return open_quote_;  // with no space between, it may as well open the next sentence
    }
    return is_closer(character) || is_pictograph(character) || character == zero_width_joiner ||
           is_sentence_end(character) || (character == em_dash && previous_ == em_dash);
}

void PieceReader::extend_candidate(char32_t character, std::size_t length) {
    candidate_ = at_ + length;
    const bool more_dots =
        (previous_ == '.' || previous_ == ellipsis) && (character == '.' || character == ellipsis);
    if (more_dots) {
        when_ = When::UnlessLowercase;
    } else if (is_quote(character) && when_ == When::BeforeSpace && !clause_) {
        when_ = When::UnlessLowercase;  // "Stop!" she said.
    } else if (is_sentence_end(character) && when_ != When::AtOnce) {
        when_ = When::BeforeSpace;  // "What...?"
    }
}

PieceReader::When PieceReader::after_full_stop() const {
    const std::string_view word = text_.substr(word_begin_, at_ - word_begin_);
    switch (full_stop_after(word, text_.substr(line_begin_, at_ - line_begin_))) {
        case FullStop::PartOfWord: return When::Never;
        case FullStop::EndsSentence: return When::BeforeSpace;
        case FullStop::EndsUnlessLowercase: return When::UnlessLowercase;
        case FullStop::EndsUnlessNumber: return When::UnlessNumber;
    }
    return When::Never;
}

PieceReader::When PieceReader::after_clause(char32_t character) const {
    if (ends_clause_at_once(character)) {
        return in_url_ ? When::Never : When::AtOnce;
    }
    const bool dash = (character == '-' || character == en_dash) && is_space(previous_);
    return dash || ends_clause_at_space(character) ? When::BeforeSpace : When::Never;
}

// ---- words ---------------------------------------------------------------------------------------

void PieceReader::follow_words(char32_t character) {
    const bool prose = !markup_.open() && !in_url_;
    const bool space = is_space(character);
    if (prose && !is_closer(character) &&
        (ends_clause_at_once(previous_) || (ends_clause_at_space(previous_) && space))) {
        last_clause_ = at_;
    }
    if (space) {
        if (!markup_.open() && !is_space(previous_)) {
            last_word_ = at_;
        }
        in_url_ = false;
        return;
    }
    if (is_space(previous_) || at_ == 0) {
        word_begin_ = at_;
        word_counted_ = false;
    } else if (prose && may_break_between(previous_, character)) {
        last_word_ = at_;
    }
    const std::string_view before = text_.substr(word_begin_, at_ - word_begin_);
    in_url_ = in_url_ || (character == '/' && before.ends_with(":/")) ||
              (character == '.' && before.ends_with("www"));
    open_quote_ = open_quote_ != (character == '"');
    if (is_unspaced(character)) {
        ++half_words_;
    } else if (!word_counted_ && is_word_character(character)) {
        half_words_ += 2;
        word_counted_ = true;
    }
}

// ---- lines and blocks ----------------------------------------------------------------------------

std::optional<PieceEnd> PieceReader::end_of_line() {
    markup_.follow('\n', at_);
    const std::size_t open_code = markup_.open_code();
    if (const auto fence = fence_in(text_.substr(line_begin_, at_ - line_begin_)); !fence.empty()) {
        block_end_ = fence;
    } else if (open_code >= 3) {
        block_end_.assign(open_code, '`');
    } else {
        return end_at(at_);
    }
    block_ = Block::Fence;
    line_begin_ = at_ + 1;
    return std::nullopt;
}

void PieceReader::enter_reasoning(std::size_t tag) {
    const std::string_view name = reasoning_name(text_.substr(tag, at_ + 1 - tag));
    if (!name.empty() && text_[tag + 1] != '/') {
        block_ = Block::Reasoning;
        block_end_ = "</" + std::string(name) + ">";
    }
}

std::optional<PieceEnd> PieceReader::step_in_block(char32_t character, std::size_t length) {
    const std::size_t end = at_ + length;
    if (block_ == Block::Reasoning) {
        if (character == '>' && end >= block_end_.size() &&
            lower_ascii(text_.substr(end - block_end_.size(), block_end_.size())) == block_end_) {
            block_end_.clear();
            return end_at(end);
        }
        last_break_ = is_space(character) ? at_ : last_break_;
    } else if (character == '\n') {
        if (ends_fence(text_.substr(line_begin_, at_ - line_begin_), block_end_)) {
            block_end_.clear();
            return end_at(at_);
        }
        line_begin_ = end;
        last_break_ = at_;
    }
    return std::nullopt;
}

}  // namespace repartee::conversation
