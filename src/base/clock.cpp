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

void SystemClock::set(const std::shared_ptr<Timer>& timer, TimePoint when) {
    timer->expires_at(when);
}

awaitable<void> VirtualClock::sleep_until(TimePoint when) {
    if (when <= now_) {
        co_return;
    }
    auto timer = std::make_shared<Timer>(co_await asio::this_coro::executor);
    set(timer, when);
    boost::system::error_code error;
    co_await timer->async_wait(asio::redirect_error(use_awaitable, error));
    if (now_ < when) {
        throw boost::system::system_error(error);
    }
}

void VirtualClock::set(const std::shared_ptr<Timer>& timer, TimePoint when) {
    std::erase_if(sleepers_, [&](const auto& sleeper) { return sleeper.second.lock() == timer; });
    timer->expires_at(when <= now_ ? Timer::time_point::min() : Timer::time_point::max());
    if (when > now_) {
        sleepers_.emplace(when, timer);
    }
}

void VirtualClock::run_until(asio::io_context& context, TimePoint end) {
    for (;;) {
        context.restart();
        while (context.poll() > 0) {
        }
        std::erase_if(sleepers_, [](const auto& sleeper) { return sleeper.second.expired(); });
        if (sleepers_.empty() || sleepers_.begin()->first > end) {
            break;
        }
        auto first = sleepers_.begin();
        now_ = first->first;
        first->second.lock()->cancel();
        sleepers_.erase(first);
    }
    now_ = std::max(now_, end);
}

}  // namespace repartee
