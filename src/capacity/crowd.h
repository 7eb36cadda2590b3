// How many of a kind are well served at a time, where no sum says so: learnt from the pressure. Pure.
//
// Under too much of it there are to be fewer than there are, by as much as it is too much; then slowly more
// again, until it comes back. Who leaves is followed by somebody new all the while: letting nobody in until
// all is calm, and then a crowd at once, who all speak at the same time, serves fewer people worse.
#pragma once

#include "base/clock.h"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace repartee::capacity {

class Crowd {
public:
    // `pressure`: 1 is as much as is borne. `count`: so many are in hand.
    void look(double pressure, std::size_t count, TimePoint now) {
        auto elapsed = std::chrono::duration<double>(now - looked_at_).count();
        looked_at_ = now;
        if (pressure >= 1) {
            if (static_cast<double>(count) > most_) {
                lowered_at_ = now;  // nobody is cut: they have yet to leave
            } else if (count > 0 && now - lowered_at_ >= until_it_shows) {
                auto part = std::clamp(1 / pressure, most_at_once, least_at_once);
                most_ = std::max(1.0, part * std::min(most_, static_cast<double>(count)));
                lowered_at_ = now;
            }
        } else if (pressure < comfortable && most_ < none) {
            most_ += std::max(slowest, slowest_part * most_) * elapsed;
            if (most_ > 2 * static_cast<double>(count) + 20) {
                most_ = none;  // long forgotten
            }
        }
    }

    bool has_room(std::size_t count) const { return static_cast<double>(count) + 1 <= most_; }

private:
    static constexpr double none = std::numeric_limits<double>::infinity();
    // Of those in hand: the least that stay, and the most, after one look.
    static constexpr double most_at_once = 0.7;
    static constexpr double least_at_once = 0.95;
    // As long as a question and its answer: before that nothing is known of what it helped.
    static constexpr Duration until_it_shows = std::chrono::seconds(5);
    static constexpr double comfortable = 0.85;
    // More in a second: one in eight seconds, or a hundredth.
    static constexpr double slowest = 0.125;
    static constexpr double slowest_part = 0.01;

    double most_ = none;
    TimePoint looked_at_{};
    TimePoint lowered_at_{};
};

}  // namespace repartee::capacity
