// For loops that nothing may end but their owner.
#pragma once

#include "base/async.h"

#include <exception>

namespace repartee::app {

// Throws again what was caught if the caller is being cancelled. What else was thrown, be it the Cancelled of
// somebody it had asked, is for the caller to tell of and to go on from.
inline awaitable<void> end_if_cancelled(std::exception_ptr thrown) {
    auto cancellation = co_await asio::this_coro::cancellation_state;
    if (thrown && cancellation.cancelled() != asio::cancellation_type::none) {
        std::rethrow_exception(thrown);
    }
}

}  // namespace repartee::app
