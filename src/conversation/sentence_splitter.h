// Cuts a reply into pieces to speak while the model is still writing it.
//
//     splitter.push(delta);
//     while (auto piece = splitter.next()) { ... }
//     splitter.finish();
//     while (auto piece = splitter.next()) { ... }
//
// A piece is a sentence, a line (list items, headings), or for the first piece of a reply a clause,
// so that speech starts early. Where pieces end depends on the text alone, never on how it arrived:
// character by character or all at once gives the same pieces. A pure value: no thread, no clock.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace repartee::conversation {

struct SplitterLimits {
    // How many words the first piece needs before a comma may end it. Fewer start speech earlier;
    // a lone "Well," sounds chopped off. Two characters of an unspaced script count as a word.
    std::size_t first_clause_words = 3;
    // Characters. A sentence that is longer ends at its last clause or word that fits: a synthesiser
    // should not be asked for half a minute at once, and barge-in should find most of it unsaid.
    std::size_t longest_piece = 240;
    // Bytes of something that is not cut willingly (a word without end, a block of code, a link)
    // before it is cut anyway, between characters. Bounds the memory.
    std::size_t longest_block = 4096;
};

struct Piece {
    std::string text;  // as the model wrote it, without the white space around it; never empty
    // Where it lies in all the bytes pushed. Pieces come in order, do not overlap and leave out
    // nothing but white space.
    std::size_t begin = 0;
    std::size_t end = 0;
};

class PieceReader;

class SentenceSplitter {
public:
    explicit SentenceSplitter(SplitterLimits limits = {});
    SentenceSplitter(SentenceSplitter&&) noexcept;
    SentenceSplitter& operator=(SentenceSplitter&&) noexcept;
    ~SentenceSplitter();

    // More of the reply. Deltas may end anywhere, even inside a character.
    void push(std::string_view delta);

    // No more is coming for now: whatever is left becomes pieces. A reply that goes on behind a
    // skill call may be pushed further; it begins a new piece, and not a new first clause.
    void finish();

    // The next piece that is certain, or nothing until more is pushed.
    std::optional<Piece> next();

private:
    SplitterLimits limits_;
    std::string text_;                     // pushed lately
    std::size_t given_out_ = 0;            // of text_
    std::size_t offset_ = 0;               // of text_ in all that was pushed
    std::size_t finished_until_ = 0;       // likewise: no piece reaches across
    bool first_ = true;                    // no words have been given out
    std::string block_end_;                // what ends the block that the last piece was cut out of
    std::unique_ptr<PieceReader> reader_;  // of the piece in hand
};

}  // namespace repartee::conversation
