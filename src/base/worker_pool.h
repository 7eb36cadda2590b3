// The bridge from coroutines to blocking work: `co_await pool.run(f)` for one call with one
// result. For many results from one long call see worker_stream.h.
//
// `f` runs on one of the pool's threads and gets a std::stop_token. The coroutine resumes on its
// own executor. Cancelling a call that waits for a thread withdraws it: `f` is never run, its place
// is free, and the caller hears at once. Cancelling one that runs requests the stop and waits for
// `f` to return before it throws. Either way nobody touches `f` or what it refers to after `run`
// has ended, so it may refer to the caller's frame.
//
// Bounded: at most `queue_limit` calls wait for a thread; one more throws Failure{Busy}.
// The pool goes before the loops of those who call it.
#pragma once

#include "base/async.h"
#include "base/error.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/intrusive/list.hpp>
#include <boost/system/system_error.hpp>

#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <type_traits>
#include <variant>
#include <vector>

namespace repartee {

class WorkerPool {
    struct Always {
        bool operator()() const { return true; }
    };

public:
    WorkerPool(std::size_t threads, std::size_t queue_limit);

    // Joins: every call that was accepted has returned, or has been withdrawn.
    ~WorkerPool();

    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    template <class F>
    awaitable<std::invoke_result_t<F, std::stop_token>> run(F f) {
        return in_line(std::move(f), Always{}, Timer::time_point::max());
    }

    // `may_leave`: asked on the caller's executor when a call that may be waiting is cancelled. False: it
    // stays in line, because somebody counts on `f`.
    template <class F, class MayLeave>
    awaitable<std::invoke_result_t<F, std::stop_token>> run(F f, MayLeave may_leave) {
        return in_line(std::move(f), std::move(may_leave), Timer::time_point::max());
    }

    // Whoever still waits for a thread at `deadline` is withdrawn and hears Failure{Busy}.
    template <class F>
    awaitable<std::invoke_result_t<F, std::stop_token>> run_by(Timer::time_point deadline, F f) {
        return in_line(std::move(f), Always{}, deadline);
    }

    // How many wait for a thread.
    std::size_t queued() const;

private:
    // A call as the pool sees it: linked while it waits, and not known any more once a thread has carried
    // it out.
    class Job : public boost::intrusive::list_base_hook<> {
    public:
        virtual void carry_out() = 0;

    protected:
        ~Job() = default;
    };

    template <class F>
    class Call final : public Job {
    public:
        using T = std::invoke_result_t<F, std::stop_token>;

        Call(const Executor& executor, F& f, Timer::time_point deadline)
            : done(executor, deadline), f_(f), work_(executor) {}

        // On a thread of the pool, once.
        void carry_out() override {
            try {
                if constexpr (std::is_void_v<T>) {
                    f_(stop_.get_token());
                } else {
                    result.emplace(f_(stop_.get_token()));
                }
            } catch (...) {
                exception_ = std::current_exception();
            }
            // The loop must stay until this thread has let go of it; the frame may go with what is posted.
            const auto work = std::move(work_);
            asio::post(work.get_executor(), [this] { returned(); });
        }

        // The rest is for the coroutine.
        bool has_returned() const { return has_returned_; }
        void request_stop() { stop_.request_stop(); }
        void rethrow() const {
            if (exception_) {
                std::rethrow_exception(exception_);
            }
        }

        Timer done;  // over at the deadline, and when it has returned
        std::conditional_t<std::is_void_v<T>, std::monostate, std::optional<T>> result;

    private:
        void returned() {
            has_returned_ = true;
            done.cancel();
        }

        F& f_;
        asio::executor_work_guard<Executor> work_;
        std::stop_source stop_;
        std::exception_ptr exception_;
        bool has_returned_ = false;
    };

    // From lining up on, two parties know this frame: itself and the pool. Cancelling must not unwind it
    // before the pool has let go: it takes the call out of the line, or becomes a stop request and is thrown
    // once the thread has returned.
    template <class F, class MayLeave>
    awaitable<std::invoke_result_t<F, std::stop_token>> in_line(F f, MayLeave may_leave,
                                                                Timer::time_point deadline) {
        using T = std::invoke_result_t<F, std::stop_token>;
        const bool throws = co_await asio::this_coro::throw_if_cancelled();
        Call<F> call(co_await asio::this_coro::executor, f, deadline);
        line_up(call);
        co_await asio::this_coro::throw_if_cancelled(false);
        bool is_cancelled = false;
        bool is_late = false;
        while (!call.has_returned()) {
            co_await call.done.async_wait(asio::as_tuple(use_awaitable));
            if (call.has_returned()) {
                break;
            }
            auto cancellation = co_await asio::this_coro::cancellation_state;
            is_cancelled = cancellation.cancelled() != asio::cancellation_type::none;
            is_late = !is_cancelled;
            if (may_leave() && withdraw(call)) {
                break;
            }
            is_late = false;  // a thread has it: how long that takes is its own affair
            call.done.expires_at(Timer::time_point::max());
            if (is_cancelled) {
                call.request_stop();
            }
        }
        co_await asio::this_coro::throw_if_cancelled(throws);
        if (is_cancelled) {
            throw boost::system::system_error(asio::error::operation_aborted);
        }
        if (is_late) {
            throw Failure(ErrorKind::Busy, "The server is busy. Please try again in a moment.");
        }
        call.rethrow();
        if constexpr (std::is_void_v<T>) {
            co_return;
        } else {
            co_return std::move(*call.result);
        }
    }

    void line_up(Job& job);
    // True when no thread has taken it up, and now none will.
    bool withdraw(Job& job);
    void work();
    void close();

    const std::size_t queue_limit_;
    mutable std::mutex mutex_;
    std::condition_variable news_;
    boost::intrusive::list<Job> waiting_;
    bool is_closing_ = false;
    std::vector<std::jthread> threads_;
};

}  // namespace repartee
