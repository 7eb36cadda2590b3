#include "base/clock.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/system/system_error.hpp>

namespace repartee {

TimePoint SystemClock::now() const {
    return std::chrono::steady_clock::now();
}

WallTime SystemClock::wall() const {
    return std::chrono::system_clock::now();
}

awaitable<void> SystemClock::sleep_until(TimePoint when) {
    Timer timer(co_await asio::this_coro::executor, when);
    co_await timer.async_wait(use_awaitable);
}

awaitable<void> VirtualClock::sleep_until(TimePoint when) {
    if (when <= now_) {
        co_return;
    }
    // Not within the aggregate: GCC 12 would destroy it twice.
    Timer timer(co_await asio::this_coro::executor, Timer::time_point::max());
    Sleeper sleeper{std::move(timer)};
    auto place = sleepers_.emplace(when, &sleeper);
    boost::system::error_code error;
    co_await sleeper.timer.async_wait(asio::redirect_error(use_awaitable, error));
    if (!sleeper.woken) {
        sleepers_.erase(place);
        throw boost::system::system_error(error);
    }
}

void VirtualClock::run_until(asio::io_context& context, TimePoint end) {
    for (;;) {
        context.restart();
        while (context.poll() > 0) {
        }
        if (sleepers_.empty() || sleepers_.begin()->first > end) {
            break;
        }
        auto first = sleepers_.begin();
        now_ = first->first;
        first->second->woken = true;
        first->second->timer.cancel();
        sleepers_.erase(first);
    }
    now_ = std::max(now_, end);
}

}  // namespace repartee
