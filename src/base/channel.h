// A bounded queue between two coroutines of one strand.
//
// It speaks one language, which asio's own channels do not (and theirs refuse values after a
// cancelled receive): push says whether there is anybody left to push to, next yields until the
// end, and only cancelling throws.
//   * Full means wait: `push` suspends until there is room.
//   * `close` may be called by either side. What was pushed before can still be taken; then
//     `next` yields nothing, and `push` returns false at once.
//   * Cancelling push or next throws operation_aborted and leaves the channel usable.
// Not thread-safe; both sides live on the same strand. Bridges from other threads are in
// worker_stream.h.
#pragma once

#include "base/async.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/system/system_error.hpp>

#include <list>
#include <optional>
#include <utility>

namespace repartee {

template <class T>
class Channel {
public:
    // `capacity` values wait at most, one at least; state their unit where the channel is declared.
    Channel(const Executor& executor, std::size_t capacity)
        : capacity_(capacity),
          something_(executor, Timer::time_point::max()),
          room_(executor, Timer::time_point::max()) {}

    // True when the value was taken in; false when the channel is closed.
    awaitable<bool> push(T value) {
        while (open_ && values_.size() >= capacity_) {
            co_await wait(room_);
        }
        co_return try_push(std::move(value));
    }

    // True when there was room at once. Never waits.
    bool try_push(T value) {
        if (!open_ || values_.size() >= capacity_) {
            return false;
        }
        values_.push_back(std::move(value));
        something_.cancel();
        return true;
    }

    // The next value; nothing once the channel is closed and empty.
    awaitable<std::optional<T>> next() {
        while (open_ && values_.empty()) {
            co_await wait(something_);
        }
        co_return try_next();
    }

    // What is waiting now, if anything. Never waits.
    std::optional<T> try_next() {
        if (values_.empty()) {
            return std::nullopt;
        }
        std::optional<T> taken(std::move(values_.front()));
        values_.pop_front();
        room_.cancel();
        return taken;
    }

    void close() {
        open_ = false;
        something_.cancel();
        room_.cancel();
    }

    bool is_open() const { return open_; }
    std::size_t size() const { return values_.size(); }

private:
    // The timers never expire: they are bells, rung by cancelling their waits. Whoever wakes looks
    // again at what it waited for.
    static awaitable<void> wait(Timer& bell) {
        co_await bell.async_wait(asio::as_tuple(use_awaitable));
        auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) {
            throw boost::system::system_error(asio::error::operation_aborted);
        }
    }

    const std::size_t capacity_;
    std::list<T> values_;  // of which an empty one takes no memory: most channels wait empty
    bool open_ = true;
    Timer something_;
    Timer room_;
};

}  // namespace repartee
