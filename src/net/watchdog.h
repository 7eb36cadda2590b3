// The deadlines of one connection, one at a time and cheap to move: setting one is an assignment
// in nearly every case, so each request, piece and write can have its own.
//
// A single coroutine naps and looks when it wakes. A deadline that is nearer than the end of the
// nap starts a new one. Everything on the connection's strand.
#pragma once

#include "base/clock.h"
#include "base/task.h"

#include <algorithm>
#include <functional>
#include <memory>

namespace repartee::net {

class Watchdog {
public:
    // `nap`: deadlines nearer than this are rare. `bark` is called when one passes, once for each.
    Watchdog(const Executor& executor, Clock& clock, Duration nap, std::function<void()> bark)
        : executor_(executor),
          watch_(std::make_shared<Watch>(clock, nap, std::move(bark))),
          task_(executor_, keep(watch_)) {}
    ~Watchdog() { stop(); }

    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    void expect_within(Duration limit) { expect_by(watch_->clock.now() + limit); }
    void expect_by(TimePoint deadline) {
        watch_->deadline = deadline;
        watch_->late = false;
        if (deadline < watch_->wakes_at) {
            task_ = Task(executor_, keep(watch_));
        }
    }
    // Nothing is expected for now.
    void rest() { expect_by(TimePoint::max()); }

    // Whether the present deadline has passed.
    bool late() const { return watch_->late; }

    // No more barking. Whoever is not on the strand any more when this is destroyed calls it before.
    void stop() {
        watch_->bark = nullptr;
        task_ = Task();
    }

private:
    // Shared with the coroutine, which ends a little after its owner.
    struct Watch {
        Watch(Clock& the_clock, Duration the_nap, std::function<void()> the_bark)
            : clock(the_clock), nap(the_nap), bark(std::move(the_bark)) {}
        Clock& clock;
        Duration nap;
        std::function<void()> bark;
        TimePoint deadline = TimePoint::max();
        TimePoint wakes_at = TimePoint::min();  // unknown before the first nap
        bool late = false;
    };

    static awaitable<void> keep(std::shared_ptr<Watch> watch) {
        while (watch->bark) {
            auto now = watch->clock.now();
            if (watch->deadline <= now) {
                watch->deadline = TimePoint::max();
                watch->late = true;
                watch->bark();
            }
            watch->wakes_at = std::min(watch->deadline, now + watch->nap);
            co_await watch->clock.sleep_until(watch->wakes_at);
        }
    }

    Executor executor_;
    std::shared_ptr<Watch> watch_;
    Task task_;
};

}  // namespace repartee::net
