// The few Asio names the whole house uses, and what they mean here.
//
// A coroutine has an owner that joins it. Cancelling is `terminal` everywhere: after it, every
// further co_await in the cancelled coroutine throws, so cancel the child and finish in the
// parent. docs/hazards.md lists what GCC 12 and Boost 1.81 do to the unwary.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace repartee {

namespace asio = boost::asio;

using asio::awaitable;
using asio::use_awaitable;
using Executor = asio::any_io_executor;

}  // namespace repartee
