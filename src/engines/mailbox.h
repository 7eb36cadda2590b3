// From an engine's own strand, or thread, to the coroutine that reads one of its streams on another.
//
// Unlike base/worker_stream.h the sender never waits: it is a coroutine's strand that serves many streams.
// Whoever sends bounds what it sends by looking at `waiting`.
//
// Owned by a shared_ptr with two owners: the stream, which reads, and the work, which sends.
#pragma once

#include "base/async.h"
#include "base/bell.h"
#include "base/error.h"

#include <boost/asio/post.hpp>

#include <deque>
#include <memory>
#include <mutex>
#include <optional>

namespace repartee::engines {

template <class T>
class Mailbox : public std::enable_shared_from_this<Mailbox<T>> {
public:
    // --- any thread ---

    void put(T value) { put_behind(0, std::move(value)); }

    // In place of the value that was put last, where that has not been read yet.
    void put_instead(T value) { put_behind(1, std::move(value)); }

    // Nothing more will come: what is put later is dropped. The first of these two counts.
    void close() { end({}); }
    void fail(Error why) { end(std::move(why)); }

    std::size_t waiting() const {
        std::lock_guard lock(mutex_);
        return values_.size();
    }

    // --- the reader's strand ---

    // In the order in which they were put, then nothing, or the failure thrown once. Cancelling throws
    // operation_aborted.
    awaitable<std::optional<T>> next() {
        for (;;) {
            {
                std::lock_guard lock(mutex_);
                if (!values_.empty()) {
                    std::optional<T> value(std::move(values_.front()));
                    values_.pop_front();
                    co_return value;
                }
                if (failure_) {
                    throw Failure(*std::exchange(failure_, std::nullopt));
                }
                if (ended_) {
                    co_return std::nullopt;
                }
            }
            co_await wait();
        }
    }

private:
    void put_behind(std::size_t replaced, T value) {
        std::unique_lock lock(mutex_);
        if (ended_) {
            return;
        }
        for (; replaced > 0 && !values_.empty(); --replaced) {
            values_.pop_back();
        }
        values_.push_back(std::move(value));
        tell(lock);
    }

    awaitable<void> wait() {
        auto executor = co_await asio::this_coro::executor;
        {
            std::lock_guard lock(mutex_);
            if (!values_.empty() || ended_) {
                co_return;
            }
            reader_ = executor;
        }
        co_await bell_.wait();
    }

    void end(std::optional<Error> failure) {
        std::unique_lock lock(mutex_);
        if (!std::exchange(ended_, true)) {
            failure_ = std::move(failure);
            tell(lock);
        }
    }

    // The bell hangs on the reader's strand, so it is rung there.
    void tell(std::unique_lock<std::mutex>& lock) {
        auto reader = std::exchange(reader_, std::nullopt);
        lock.unlock();
        if (reader) {
            asio::post(*reader, [self = this->shared_from_this()] { self->bell_.ring(); });
        }
    }

    mutable std::mutex mutex_;
    std::deque<T> values_;
    std::optional<Error> failure_;
    bool ended_ = false;
    std::optional<Executor> reader_;  // while it waits
    Bell bell_;
};

}  // namespace repartee::engines
