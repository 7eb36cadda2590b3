// Reads one piece of a reply, from its first character to where it ends. Part of the sentence
// splitter, which see.
//
// What it decides is decided by the characters up to the one it stops at, so a longer text cannot
// change it: that is why arrival makes no difference.
#pragma once

#include "conversation/inline_markup.h"
#include "conversation/sentence_splitter.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace repartee::conversation {

// Where a piece ends.
struct PieceEnd {
    std::size_t at = 0;  // bytes from its beginning
    bool has_words = false;
    std::string block_end = {};  // the piece was cut out of a block that ends with this
};

class PieceReader {
public:
    // `first`: the piece may be a clause. `block_end`: it goes on within such a block.
    PieceReader(const SplitterLimits& limits, bool first, std::string_view block_end);

    // `text` begins where the piece does and holds all that was read before. `complete`: nothing
    // will follow it, so the piece ends with it at the latest.
    std::optional<PieceEnd> read(std::string_view text, bool complete);

private:
    // Stretches of many lines in which nothing ends.
    enum class Block { None, Fence, Reasoning };

    // Under which condition the piece ends at the candidate.
    enum class When {
        Never,
        AtOnce,           // whatever follows
        BeforeSpace,      // "3.14" and "example.com" go on
        UnlessLowercase,  // space, and the next word begins a sentence
        UnlessNumber,     // space, and the next word is no number
    };

    std::optional<PieceEnd> step(char32_t character, std::size_t length);
    std::optional<PieceEnd> step_in_block(char32_t character, std::size_t length);
    std::optional<PieceEnd> end_of_line();
    std::optional<PieceEnd> end_of_what_fits() const;
    PieceEnd end_at(std::size_t at) const;

    void look_for_candidate(char32_t character, std::size_t length);
    bool candidate_holds(char32_t character, std::size_t length);
    bool belongs_to_end(char32_t character) const;
    void extend_candidate(char32_t character, std::size_t length);
    When after_full_stop() const;
    When after_clause(char32_t character) const;

    void follow_words(char32_t character);
    void enter_reasoning(std::size_t tag);

    const SplitterLimits limits_;
    const bool first_;
    std::string_view text_;  // of the present call

    std::size_t at_ = 0;
    std::size_t characters_ = 0;
    char32_t previous_ = 0;

    Block block_ = Block::None;
    std::string block_end_;
    InlineMarkup markup_;

    When when_ = When::Never;
    std::size_t candidate_ = 0;
    bool clause_ = false;  // the candidate ends a clause only

    std::size_t line_begin_ = 0;
    std::size_t word_begin_ = 0;  // of the run without white space
    bool word_counted_ = false;
    bool in_url_ = false;
    std::size_t half_words_ = 0;  // a word is two, a character of an unspaced script one
    bool open_quote_ = false;     // an odd number of straight quotes so far

    // Where a piece that gets too long is cut; 0: nowhere yet.
    std::size_t last_clause_ = 0;
    std::size_t last_word_ = 0;
    std::size_t last_break_ = 0;  // in a block
};

}  // namespace repartee::conversation
