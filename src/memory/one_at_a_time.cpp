#include "memory/one_at_a_time.h"

#include "base/error.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>

namespace repartee::memory {

awaitable<OneAtATime::Turn> OneAtATime::enter(std::string key) {
    auto executor = co_await asio::this_coro::executor;
    auto places = places_;
    std::shared_ptr<Waiter> waiter;
    {
        std::lock_guard lock(places->mutex);
        auto [place, is_free] = places->taken.try_emplace(key);
        if (!is_free) {
            if (place->second.size() >= most_waiting) {
                throw Failure(ErrorKind::Busy,
                              "Too much is being remembered at once. Please try again in a moment.");
            }
            waiter = std::make_shared<Waiter>(executor);
            place->second.push_back(waiter);
        }
    }
    bool cancelled = false;
    while (waiter && !cancelled) {
        {
            std::lock_guard lock(places->mutex);
            if (waiter->admitted) {
                break;
            }
        }
        co_await waiter->timer.async_wait(asio::as_tuple(use_awaitable));
        auto cancellation = co_await asio::this_coro::cancellation_state;
        cancelled = cancellation.cancelled() != asio::cancellation_type::none;
    }
    if (cancelled) {
        std::unique_lock lock(places->mutex);
        if (!waiter->admitted) {
            std::erase(places->taken.at(key), waiter);
        } else {
            lock.unlock();
            places->leave(key);
        }
        throw boost::system::system_error(asio::error::operation_aborted);
    }
    co_return Turn(std::move(places), std::move(key));
}

void OneAtATime::Places::leave(const std::string& key) {
    std::lock_guard lock(mutex);
    auto place = taken.find(key);
    if (place->second.empty()) {
        taken.erase(place);
        return;
    }
    auto next = std::move(place->second.front());
    place->second.pop_front();
    next->admitted = true;
    auto strand = next->timer.get_executor();
    asio::post(strand, [next = std::move(next)] { next->timer.cancel(); });
}

}  // namespace repartee::memory
