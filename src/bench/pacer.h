// Does many things at their appointed times, on one thread: the clockwork of the open loop.
//
// What is late is done at once and its lateness kept: the load has to prove that it kept its schedule.
#pragma once

#include "base/clock.h"
#include "bench/percentiles.h"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <queue>
#include <vector>

namespace repartee::bench {

class Pacer {
public:
    explicit Pacer(asio::io_context& context) : timer_(context) {}

    // Something to be done again and again: told when it was due, says when it is due next;
    // TimePoint::max(): never again.
    using Chore = std::function<TimePoint(TimePoint due)>;
    void add(TimePoint first, Chore chore);

    // Milliseconds between what was due and what was done, of every single thing.
    const Samples& lateness() const { return lateness_; }
    void forget_lateness() { lateness_ = {}; }

private:
    struct Appointment {
        TimePoint due;
        std::size_t chore;
        bool operator>(const Appointment& other) const { return due > other.due; }
    };
    void set_timer();
    void do_what_is_due();

    Timer timer_;
    std::priority_queue<Appointment, std::vector<Appointment>, std::greater<>> appointments_;
    std::vector<Chore> chores_;
    std::vector<std::size_t> free_;  // places in chores_
    TimePoint set_for_ = TimePoint::max();
    Samples lateness_;
};

}  // namespace repartee::bench
