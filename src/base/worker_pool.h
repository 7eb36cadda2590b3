// The bridge from coroutines to blocking work: `co_await pool.run(f)` for one call with one
// result. For many results from one long call see worker_stream.h.
//
// `f` runs on one of the pool's threads and gets a std::stop_token. The coroutine resumes on its
// own executor. Cancelling requests the stop and then waits for `f` to return before it throws,
// so `f` may refer to the caller's frame.
//
// Bounded: at most `queue_limit` calls wait for a thread; one more throws Failure{Busy}.
#pragma once

#include "base/async.h"
#include "base/error.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/system/system_error.hpp>

#include <atomic>
#include <exception>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <variant>

namespace repartee {

class WorkerPool {
public:
    WorkerPool(std::size_t threads, std::size_t queue_limit) : queue_limit_(queue_limit), threads_(threads) {}

    // Joins: every call that was accepted has returned.
    ~WorkerPool() { threads_.join(); }

    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    template <class F>
    awaitable<std::invoke_result_t<F, std::stop_token>> run(F f) {
        using T = std::invoke_result_t<F, std::stop_token>;
        Call<T> call(co_await asio::this_coro::executor);
        if (queued_.fetch_add(1) >= queue_limit_) {
            queued_.fetch_sub(1);
            throw Failure(ErrorKind::Busy, "The server is busy. Please try again in a moment.");
        }
        // Two parties: this frame and the pool's thread. `call` outlives both because we always wait.
        asio::post(threads_,
                   [this, &call,
                    work = asio::prefer(call.done.get_executor(), asio::execution::outstanding_work.tracked),
                    f = std::move(f)]() mutable {
                       queued_.fetch_sub(1);
                       call.invoke(f);
                       asio::post(work, [&call] { call.returned(); });
                   });
        co_await call.wait();
        if constexpr (std::is_void_v<T>) {
            co_return;
        } else {
            co_return std::move(*call.result);
        }
    }

    std::size_t queued() const { return queued_.load(); }

private:
    template <class T>
    struct Call {
        explicit Call(const Executor& executor) : done(executor, Timer::time_point::max()) {}

        template <class F>
        void invoke(F& f) {
            try {
                if constexpr (std::is_void_v<T>) {
                    f(stop.get_token());
                } else {
                    result.emplace(f(stop.get_token()));
                }
            } catch (...) {
                exception = std::current_exception();
            }
        }

        // On the coroutine's executor.
        void returned() {
            has_returned = true;
            done.cancel();
        }

        // Cancelling must not unwind the caller's frame while the thread still uses it: it becomes a
        // stop request, and is thrown once the thread has let go.
        awaitable<void> wait() {
            bool throws = co_await asio::this_coro::throw_if_cancelled();
            co_await asio::this_coro::throw_if_cancelled(false);
            bool cancelled = false;
            while (!has_returned) {
                co_await done.async_wait(asio::as_tuple(use_awaitable));
                auto cancellation = co_await asio::this_coro::cancellation_state;
                if (!has_returned && cancellation.cancelled() != asio::cancellation_type::none) {
                    cancelled = true;
                    stop.request_stop();
                }
            }
            co_await asio::this_coro::throw_if_cancelled(throws);
            if (cancelled) {
                throw boost::system::system_error(asio::error::operation_aborted);
            }
            if (exception) {
                std::rethrow_exception(exception);
            }
        }

        Timer done;
        std::stop_source stop;
        bool has_returned = false;
        std::exception_ptr exception;
        std::conditional_t<std::is_void_v<T>, std::monostate, std::optional<T>> result;
    };

    std::size_t queue_limit_;
    std::atomic<std::size_t> queued_{0};
    asio::thread_pool threads_;
};

}  // namespace repartee
