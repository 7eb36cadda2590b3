// Work of an engine on its own loop: counted, so that closing the engine can wait for its end.
#pragma once

#include "base/bell.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/together.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <memory>

namespace repartee::engines {

// Shared by the engine and the work. Used on the strand.
class StrandWork : public std::enable_shared_from_this<StrandWork> {
public:
    explicit StrandWork(Executor strand) : strand_(std::move(strand)) {}

    const Executor& strand() const { return strand_; }

    // The coroutine owns all it touches, and sees to its own end. What it throws is lost.
    void start(awaitable<void> coroutine) {
        ++running_;
        asio::co_spawn(strand_, std::move(coroutine), [self = shared_from_this()](const std::exception_ptr&) {
            --self->running_;
            self->ended_.ring();
        });
    }

    // Until all has ended, or the limit has passed. One waiter at a time, on the strand.
    awaitable<void> until_done(Clock& clock, Duration limit) {
        auto by = clock.now() + limit;
        while (running_ > 0 && clock.now() < by) {
            Error late{ErrorKind::TimedOut, "still at work", {}};
            auto end = ended_.wait();
            try {
                co_await with_deadline(clock, by - clock.now(), std::move(end), std::move(late));
            } catch (const Failure&) {
                co_return;
            }
        }
    }

private:
    const Executor strand_;
    std::size_t running_ = 0;
    Bell ended_;
};

// Runs a coroutine on another strand and waits for its end. Whoever is cancelled meanwhile waits no longer;
// the work goes on (docs/hazards.md says why), so it owns all it touches.
inline awaitable<void> carry_out_on(Executor strand, awaitable<void> work) {
    auto executor = co_await asio::this_coro::executor;
    auto done = std::make_shared<Bell>();
    asio::co_spawn(strand, std::move(work), [executor, done](const std::exception_ptr&) {
        asio::post(executor, [done] { done->ring(); });
    });
    co_await done->wait();
}

}  // namespace repartee::engines
