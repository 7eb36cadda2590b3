// Runs several coroutines side by side and joins them all.
//
// The first to fail cancels the others; `together` returns only when every one has ended, and
// then throws the failure that came first, never the cancellations it caused. Cancelling
// `together` cancels all of them.
//
//     co_await together(think(prompt), speak(), play());
//
// `first_of` is its sister: the first to end, well or badly, cancels the others.
#pragma once

#include "base/async.h"
#include "base/clock.h"
#include "base/error.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/system/system_error.hpp>

#include <array>
#include <memory>
#include <optional>
#include <tuple>

namespace repartee {

namespace detail {

template <class Condition, class... Children, std::size_t... Index>
awaitable<std::pair<std::array<std::size_t, sizeof...(Children)>,
                    std::array<std::exception_ptr, sizeof...(Children)>>>
run_group(Condition condition, std::index_sequence<Index...>, Children... children) {
    auto executor = co_await asio::this_coro::executor;
    auto group = asio::experimental::make_parallel_group(
        asio::co_spawn(executor, std::move(children), asio::deferred)...);
    auto outcome = co_await group.async_wait(condition, asio::as_tuple(use_awaitable));
    co_return std::pair{std::get<0>(outcome),
                        std::array<std::exception_ptr, sizeof...(Children)>{std::get<Index + 1>(outcome)...}};
}

template <class Order, class Exceptions>
void rethrow_first(const Order& order, const Exceptions& exceptions) {
    for (auto index : order) {
        if (exceptions[index]) {
            std::rethrow_exception(exceptions[index]);
        }
    }
}

inline void throw_if_cancelled(asio::cancellation_state state) {
    if (state.cancelled() != asio::cancellation_type::none) {
        throw boost::system::system_error(asio::error::operation_aborted);
    }
}

template <class T>
awaitable<void> keep_result(awaitable<T> child, std::optional<T>& result) {
    result = co_await std::move(child);
}

// Cancels a child when its time is up, and when its parent is cancelled. There are several in every turn, so
// it is a timer and not a coroutine that sleeps. Lives in the parent's frame, while the child runs.
class Deadline {
public:
    Deadline(Clock& clock, Duration limit, const Executor& executor, asio::cancellation_slot parents_slot)
        : watch_(std::make_shared<Watch>(executor)), parents_slot_(parents_slot) {
        clock.set({watch_, &watch_->timer}, clock.now() + limit);
        watch_->timer.async_wait([watch = watch_](const boost::system::error_code&) {
            if (!watch->is_over) {
                watch->has_passed = true;
                watch->child.emit(asio::cancellation_type::terminal);
            }
        });
        if (parents_slot_.is_connected()) {  // else nobody can cancel the parent
            parents_slot_.assign([watch = watch_](asio::cancellation_type type) { watch->child.emit(type); });
        }
    }
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;
    ~Deadline() {
        watch_->is_over = true;
        watch_->timer.cancel();
        parents_slot_.clear();
    }

    asio::cancellation_slot childs_slot() const { return watch_->child.slot(); }
    bool has_passed() const { return watch_->has_passed; }

private:
    struct Watch {
        explicit Watch(const Executor& executor) : timer(executor) {}
        Timer timer;
        asio::cancellation_signal child;
        bool has_passed = false;
        bool is_over = false;
    };
    // Two owners: the parent, and the wait for the timer, which ends a little later.
    std::shared_ptr<Watch> watch_;
    asio::cancellation_slot parents_slot_;
};

}  // namespace detail

template <class... Children>
    requires(std::same_as<Children, awaitable<void>> && ...)
awaitable<void> together(Children... children) {
    auto [order, exceptions] =
        co_await detail::run_group(asio::experimental::wait_for_one_error(),
                                   std::index_sequence_for<Children...>{}, std::move(children)...);
    detail::rethrow_first(order, exceptions);
}

// Index of the one that ended first. Its failure is thrown; what the cancelled others threw is not.
template <class... Children>
    requires(std::same_as<Children, awaitable<void>> && ...)
awaitable<std::size_t> first_of(Children... children) {
    auto [order, exceptions] = co_await detail::run_group(
        asio::experimental::wait_for_one(), std::index_sequence_for<Children...>{}, std::move(children)...);
    detail::throw_if_cancelled(co_await asio::this_coro::cancellation_state);
    if (exceptions[order[0]]) {
        std::rethrow_exception(exceptions[order[0]]);
    }
    co_return order[0];
}

// The child's result, or `late` thrown as a Failure once `limit` has passed. The child is
// cancelled and joined first.
template <class T>
awaitable<T> with_deadline(Clock& clock, Duration limit, awaitable<T> child, Error late) {
    auto executor = co_await asio::this_coro::executor;
    auto state = co_await asio::this_coro::cancellation_state;
    const detail::Deadline deadline(clock, limit, executor, state.slot());
    constexpr auto told = asio::as_tuple(use_awaitable);
    auto ended = asio::bind_cancellation_slot(deadline.childs_slot(), told);
    std::exception_ptr failure;
    if constexpr (std::is_void_v<T>) {
        std::tie(failure) = co_await asio::co_spawn(executor, std::move(child), ended);
    } else {
        std::optional<T> result;
        auto keeping = detail::keep_result(std::move(child), result);
        std::tie(failure) = co_await asio::co_spawn(executor, std::move(keeping), ended);
        detail::throw_if_cancelled(co_await asio::this_coro::cancellation_state);
        if (result) {
            co_return std::move(*result);
        }
    }
    detail::throw_if_cancelled(co_await asio::this_coro::cancellation_state);
    // A child that was done all the same, at the very end of its time, is not called late: what it did
    // counts.
    if (failure && deadline.has_passed()) {
        throw Failure(std::move(late));
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
}

}  // namespace repartee
