#include "bench/reply_schedule.h"

#include "bench/script.h"

#include <algorithm>

namespace repartee::bench {

void ReplySchedule::piece(TimePoint at, std::size_t bytes) {
    pieces_.push_back({at, length_});
    length_ += length_of_frame(bytes);
}

void ReplySchedule::add_delays(Duration lead, Samples& to) const {
    auto paced = [&](const Piece& piece) { return piece.offset >= lead; };
    auto base = TimePoint::max();
    for (const auto& piece : pieces_) {
        if (paced(piece)) {
            base = std::min(base, piece.at - piece.offset);
        }
    }
    for (const auto& piece : pieces_) {
        if (paced(piece)) {
            to.add(milliseconds_of(piece.at - piece.offset - base));
        }
    }
}

std::size_t ReplySchedule::gaps() const {
    std::size_t count = 0;
    auto plays_until = TimePoint::min();
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
        auto length = (i + 1 < pieces_.size() ? pieces_[i + 1].offset : length_) - pieces_[i].offset;
        if (i > 0 && pieces_[i].at > plays_until) {
            ++count;
        }
        plays_until = std::max(plays_until, pieces_[i].at) + length;
    }
    return count;
}

}  // namespace repartee::bench
