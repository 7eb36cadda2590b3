// Time as something that is passed in, so that a test can turn the hands.
//
// Production uses SystemClock. Scenario tests use VirtualClock, which stands still until every
// ready piece of work is done and then jumps to the next thing that waits: minutes of
// conversation run in milliseconds, the same way each time.
#pragma once

#include "base/async.h"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <map>
#include <memory>

namespace repartee {

using namespace std::chrono_literals;
using Duration = std::chrono::nanoseconds;
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;
using WallTime = std::chrono::time_point<std::chrono::system_clock, Duration>;

// Milliseconds with fraction, for logs and time lines.
inline double milliseconds_of(Duration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
}

// Any thread may ask. Outlives everyone who holds a reference.
class Clock {
public:
    virtual ~Clock() = default;
    virtual TimePoint now() const = 0;  // monotonic
    virtual WallTime wall() const = 0;  // what the clock on the wall shows, UTC
    // Completes at `when`, at once if it has passed. Cancelling throws operation_aborted at once.
    virtual awaitable<void> sleep_until(TimePoint when) = 0;
    // For who cannot afford a coroutine: a wait for the timer, begun afterwards, ends at `when` with or
    // without an error. Ends the wait under way, too. On the timer's executor.
    virtual void set(const std::shared_ptr<Timer>& timer, TimePoint when) = 0;

    awaitable<void> sleep(Duration duration) { return sleep_until(now() + duration); }
};

class SystemClock final : public Clock {
public:
    TimePoint now() const override;
    WallTime wall() const override;
    awaitable<void> sleep_until(TimePoint when) override;
    void set(const std::shared_ptr<Timer>& timer, TimePoint when) override;
};

// Single-threaded: everything that sleeps on it runs on the one io_context given to run_until.
class VirtualClock final : public Clock {
public:
    // Begins at an arbitrary, fixed moment; `wall` is what the wall shows then.
    explicit VirtualClock(WallTime wall = WallTime{1'700'000'000s}) : wall_at_start_(wall) {}

    TimePoint now() const override { return now_; }
    WallTime wall() const override { return wall_at_start_ + (now_ - TimePoint{}); }
    awaitable<void> sleep_until(TimePoint when) override;
    void set(const std::shared_ptr<Timer>& timer, TimePoint when) override;

    // Runs all ready work, jumping from sleeper to sleeper, until `end` has come or nothing is
    // left that could ever wake up.
    void run_until(asio::io_context& context, TimePoint end);

private:
    TimePoint now_{};
    WallTime wall_at_start_;
    std::multimap<TimePoint, std::weak_ptr<Timer>> sleepers_;
};

}  // namespace repartee
