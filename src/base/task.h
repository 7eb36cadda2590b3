// A coroutine that runs beside its owner, who joins it.
//
//     Task pump(executor, carry(bytes_));
//     ...
//     pump.cancel();
//     co_await pump.join();
//
// Lives on one strand. Whatever the coroutine refers to must outlive it, so join before letting
// that go. Destroying a Task that still runs cancels it and lets it end on its own: right only
// for coroutines that own all they touch.
#pragma once

#include "base/async.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include <exception>
#include <memory>
#include <utility>
#include <vector>

namespace repartee {

class Task {
public:
    Task() = default;

    // Runs up to its first wait before returning only if the caller is on `executor` already;
    // otherwise soon.
    Task(const Executor& executor, awaitable<void> coroutine) : run_(std::make_shared<Run>(executor)) {
        // Two owners: this Task, and the completion of the coroutine, which may come later.
        asio::co_spawn(
            executor, std::move(coroutine),
            asio::bind_cancellation_slot(run_->signal.slot(), [run = run_](std::exception_ptr failure) {
                run->failure = std::move(failure);
                run->ended = true;
                run->joined.cancel();
            }));
    }

    Task(Task&&) noexcept = default;
    Task& operator=(Task&& other) noexcept {
        cancel();
        run_ = std::move(other.run_);
        return *this;
    }
    ~Task() { cancel(); }

    // False before the first coroutine, and after the present one has ended.
    bool running() const { return run_ && !run_->ended; }

    void cancel() {
        if (running()) {
            run_->signal.emit(asio::cancellation_type::terminal);
        }
    }

    // Waits for the end and throws what the coroutine threw, once; its own cancellation is no
    // failure. A cancelled join cancels the task, waits for it all the same, and then throws.
    awaitable<void> join() {
        if (!run_) {
            co_return;
        }
        auto run = run_;
        bool throws = co_await asio::this_coro::throw_if_cancelled();
        co_await asio::this_coro::throw_if_cancelled(false);
        bool cancelled = false;
        while (!run->ended) {
            co_await run->joined.async_wait(asio::as_tuple(use_awaitable));
            auto state = co_await asio::this_coro::cancellation_state;
            if (!run->ended && state.cancelled() != asio::cancellation_type::none) {
                cancelled = true;
                run->signal.emit(asio::cancellation_type::terminal);
            }
        }
        co_await asio::this_coro::throw_if_cancelled(throws);
        if (cancelled) {
            throw boost::system::system_error(asio::error::operation_aborted);
        }
        if (auto failure = std::exchange(run->failure, nullptr); failure && !is_cancellation(failure)) {
            std::rethrow_exception(failure);
        }
    }

    // Cancels and waits for the end; how it ended is of no interest any more.
    awaitable<void> stop() {
        cancel();
        try {
            co_await join();
        } catch (const std::exception&) {
        }
    }

private:
    struct Run {
        explicit Run(const Executor& executor) : joined(executor, Timer::time_point::max()) {}
        asio::cancellation_signal signal;
        Timer joined;
        std::exception_ptr failure;
        bool ended = false;
    };

    static bool is_cancellation(const std::exception_ptr& failure) {
        try {
            std::rethrow_exception(failure);
        } catch (const boost::system::system_error& error) {
            return error.code() == asio::error::operation_aborted;
        } catch (...) {
            return false;
        }
    }

    std::shared_ptr<Run> run_;
};

// Waits for all of them. Where one fails, or the wait is cancelled, the others are stopped first.
inline awaitable<void> join_all(std::vector<Task>& tasks) {
    std::exception_ptr thrown;
    try {
        for (auto& task : tasks) {
            co_await task.join();
        }
    } catch (...) {
        thrown = std::current_exception();
    }
    if (thrown) {
        co_await asio::this_coro::throw_if_cancelled(false);
        for (auto& task : tasks) {
            co_await task.stop();
        }
        co_await asio::this_coro::throw_if_cancelled(true);
        std::rethrow_exception(thrown);
    }
}

}  // namespace repartee
