// The few Asio names the whole house uses, and what they mean here.
//
// A coroutine has an owner that joins it. Cancelling is `terminal` everywhere: after it, every
// further co_await in the cancelled coroutine throws, so cancel the child and finish in the
// parent. docs/hazards.md lists what GCC 12 and Boost 1.81 do to the unwary.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>

namespace repartee {

namespace asio = boost::asio;

// An event loop, which one thread runs: whoever works on it is alone, so it is its own strand. Named, because
// Asio's executor for everything costs each operation and each coroutine a good deal more.
using Executor = asio::io_context::executor_type;

template <class T>
using awaitable = asio::awaitable<T, Executor>;
inline constexpr asio::use_awaitable_t<Executor> use_awaitable;
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;

}  // namespace repartee
