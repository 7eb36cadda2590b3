// The bridge from a blocking producer to a coroutine, for many results from one long call.
//
// One thread calls `push` and `finish` or `fail`; one coroutine calls `next`. At most `capacity`
// values wait: `push` then blocks its thread until there is room, or returns false because
// nobody listens any more, which is the producer's sign to stop.
//
// Owned by a shared_ptr with two owners: the producing thread's task and the stream object that
// the coroutine holds. Whoever ends first leaves the other something safe to talk to.
#pragma once

#include "base/async.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>

namespace repartee {

template <class T>
class WorkerStream : public std::enable_shared_from_this<WorkerStream<T>> {
public:
    // `executor` is where the consuming coroutine runs; it must be a strand or single-threaded.
    WorkerStream(const Executor& executor, std::size_t capacity)
        : capacity_(capacity), wake_(executor, Timer::time_point::max()) {}

    // --- the producing thread ---

    // False when the consumer has gone: stop producing.
    bool push(T value) {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [this] { return abandoned_ || values_.size() < capacity_; });
        if (abandoned_) {
            return false;
        }
        values_.push_back(std::move(value));
        wake(lock);
        return true;
    }

    void finish() {
        std::unique_lock lock(mutex_);
        finished_ = true;
        wake(lock);
    }

    void fail(std::exception_ptr exception) {
        std::unique_lock lock(mutex_);
        exception_ = std::move(exception);
        finished_ = true;
        wake(lock);
    }

    bool abandoned() const {
        std::lock_guard lock(mutex_);
        return abandoned_;
    }

    // --- the consuming coroutine ---

    // The next value, nothing after finish, and whatever `fail` was given is thrown.
    awaitable<std::optional<T>> next() {
        for (;;) {
            {
                std::lock_guard lock(mutex_);
                if (!values_.empty()) {
                    std::optional<T> value(std::move(values_.front()));
                    values_.pop_front();
                    room_.notify_one();
                    co_return value;
                }
                if (finished_) {
                    if (exception_) {
                        std::rethrow_exception(std::exchange(exception_, nullptr));
                    }
                    co_return std::nullopt;
                }
                waiting_ = true;
                wake_.expires_at(Timer::time_point::max());
            }
            co_await wake_.async_wait(asio::as_tuple(use_awaitable));
            auto cancellation = co_await asio::this_coro::cancellation_state;
            if (cancellation.cancelled() != asio::cancellation_type::none) {
                throw boost::system::system_error(asio::error::operation_aborted);
            }
        }
    }

    // Nobody will call next again. The producer's next push returns false.
    void abandon() {
        std::lock_guard lock(mutex_);
        abandoned_ = true;
        values_.clear();
        room_.notify_all();
    }

private:
    // The timer belongs to the consumer's strand, so the thread asks for it to be cancelled there.
    void wake(std::unique_lock<std::mutex>& lock) {
        bool needed = std::exchange(waiting_, false);
        lock.unlock();
        if (needed) {
            asio::post(wake_.get_executor(), [self = this->shared_from_this()] { self->wake_.cancel(); });
        }
    }

    const std::size_t capacity_;
    mutable std::mutex mutex_;
    std::condition_variable room_;
    std::deque<T> values_;
    bool finished_ = false;
    bool abandoned_ = false;
    bool waiting_ = false;
    std::exception_ptr exception_;
    Timer wake_;
};

}  // namespace repartee
