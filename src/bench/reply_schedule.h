// How late the pieces of a reply came, against the schedule of the reply itself. Pure.
//
// A server sends a reply at the pace of the ear: a first burst, then each piece when so much less than
// the lead lies at the client. Which clock it went by is not known here, so the piece that came earliest
// for its place sets the schedule, and every other is late by what it came behind that.
#pragma once

#include "base/clock.h"
#include "bench/percentiles.h"

#include <cstddef>
#include <vector>

namespace repartee::bench {

class ReplySchedule {
public:
    // So many bytes of sound came.
    void piece(TimePoint at, std::size_t bytes);

    bool began() const { return !pieces_.empty(); }
    TimePoint first_at() const { return pieces_.front().at; }
    TimePoint last_at() const { return pieces_.back().at; }
    Duration length() const { return length_; }

    // In milliseconds, of each piece past the first burst, which lasts for `lead` of sound.
    void add_delays(Duration lead, Samples& to) const;
    // How often the sound ran out before the next piece had come.
    std::size_t gaps() const;

private:
    struct Piece {
        TimePoint at;
        Duration offset;  // of its sound in the reply
    };
    std::vector<Piece> pieces_;
    Duration length_{0};
};

}  // namespace repartee::bench
