// Wakes the one coroutine that waits for news, from an ordinary call on the same strand.
//
// For streams, which are pushed to by plain calls and read by one coroutine.
#pragma once

#include "base/async.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/system/system_error.hpp>

namespace repartee {

class Bell {
public:
    // Heard by whoever waits now, else by the next to wait. Any number of rings is one.
    void ring() {
        rung_ = true;
        if (listener_) {
            listener_->cancel();
        }
    }

    // Cancelling throws operation_aborted.
    awaitable<void> wait() {
        while (!rung_) {
            // Made on the waiting coroutine's own executor: the stream that owns the bell knows none.
            Timer timer(co_await asio::this_coro::executor, Timer::time_point::max());
            listener_ = &timer;
            co_await timer.async_wait(asio::as_tuple(use_awaitable));
            listener_ = nullptr;
            auto cancellation = co_await asio::this_coro::cancellation_state;
            if (cancellation.cancelled() != asio::cancellation_type::none) {
                throw boost::system::system_error(asio::error::operation_aborted);
            }
        }
        rung_ = false;
    }

private:
    Timer* listener_ = nullptr;
    bool rung_ = false;
};

}  // namespace repartee
