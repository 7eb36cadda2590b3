// The deadlines of one connection, one at a time and cheap to move: setting one is an assignment
// in nearly every case, so each request, piece and write can have its own.
//
// Everything on the connection's executor.
#pragma once

#include "net/rounds.h"

#include <functional>

namespace repartee::net {

class Watchdog {
public:
    // `bark` is called when a deadline passes, once for each.
    Watchdog(const Executor& executor, Clock& clock, std::function<void()> bark)
        : clock_(clock), bark_(std::move(bark)), rounds_(executor, clock, [this] { return look(); }) {}

    void expect_within(Duration limit) { expect_by(clock_.now() + limit); }
    void expect_by(TimePoint deadline) {
        deadline_ = deadline;
        late_ = false;
        rounds_.look_by(deadline);  // nothing new in nearly every case: an earlier one has not passed yet
    }
    // Nothing is expected for now.
    void rest() { expect_by(TimePoint::max()); }

    // Whether the present deadline has passed.
    bool late() const { return late_; }

    // No more barking.
    void stop() { rounds_.stop(); }

private:
    TimePoint look() {
        if (deadline_ <= clock_.now()) {
            deadline_ = TimePoint::max();
            late_ = true;
            bark_();
        }
        return deadline_;
    }

    Clock& clock_;
    std::function<void()> bark_;
    TimePoint deadline_ = TimePoint::max();
    bool late_ = false;
    Rounds rounds_;
};

}  // namespace repartee::net
