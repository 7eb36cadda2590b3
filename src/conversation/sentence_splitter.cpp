#include "conversation/sentence_splitter.h"

#include "conversation/markup.h"
#include "conversation/piece_reader.h"

#include <utility>

namespace repartee::conversation {

SentenceSplitter::SentenceSplitter(SplitterLimits limits) : limits_(limits) {}
SentenceSplitter::SentenceSplitter(SentenceSplitter&&) noexcept = default;
SentenceSplitter& SentenceSplitter::operator=(SentenceSplitter&&) noexcept = default;
SentenceSplitter::~SentenceSplitter() = default;

void SentenceSplitter::push(std::string_view delta) {
    // What has been given out is let go when it is the larger part, so that each byte moves seldom.
    if (given_out_ > text_.size() / 2) {
        text_.erase(0, given_out_);
        offset_ += given_out_;
        given_out_ = 0;
    }
    text_ += delta;
}

void SentenceSplitter::finish() {
    finished_until_ = offset_ + text_.size();
}

std::optional<Piece> SentenceSplitter::next() {
    for (;;) {
        const std::size_t begin = offset_ + given_out_;
        const bool complete = finished_until_ > begin;
        const std::size_t length = complete ? finished_until_ - begin : std::string_view::npos;
        const std::string_view text = std::string_view(text_).substr(given_out_, length);
        if (const std::size_t space = text.size() - without_leading_space(text).size(); space > 0) {
            given_out_ += space;
            continue;
        }
        if (text.empty()) {
            return std::nullopt;
        }
        if (!reader_) {
            reader_ = std::make_unique<PieceReader>(limits_, first_, block_end_);
        }
        auto end = reader_->read(text, complete);
        if (!end) {
            return std::nullopt;
        }
        reader_.reset();
        first_ = first_ && !end->has_words;
        block_end_ = std::move(end->block_end);
        const std::string_view piece = without_trailing_space(text.substr(0, end->at));
        given_out_ += piece.size();
        return Piece{std::string(piece), begin, begin + piece.size()};
    }
}

}  // namespace repartee::conversation
