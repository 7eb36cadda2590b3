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
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/system/system_error.hpp>

#include <array>
#include <memory>
#include <optional>

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
    if constexpr (std::is_void_v<T>) {
        auto winner = co_await first_of(std::move(child), clock.sleep(limit));
        if (winner == 1) {
            throw Failure(std::move(late));
        }
    } else {
        std::optional<T> result;
        auto winner = co_await first_of(detail::keep_result(std::move(child), result), clock.sleep(limit));
        if (winner == 1 && !result) {
            throw Failure(std::move(late));
        }
        co_return std::move(*result);
    }
}

}  // namespace repartee
