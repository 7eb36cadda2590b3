#include "surfaces/media_stream/live_calls.h"

#include "base/together.h"

#include <boost/asio/post.hpp>

namespace repartee::surfaces::media_stream {

LiveCalls::Place::Place(LiveCalls& calls, std::string call, std::shared_ptr<Held> held)
    : calls_(calls), call_(std::move(call)), held_(std::move(held)) {}

LiveCalls::Place::~Place() {
    calls_.end(call_, held_);
}

awaitable<void> LiveCalls::Place::wanted() {
    co_await held_->wanted.wait();
}

void LiveCalls::Place::leave() {
    held_->wanted.ring();
}

awaitable<std::unique_ptr<LiveCalls::Place>> LiveCalls::enter(std::string call, Clock& clock,
                                                              Duration patience) {
    auto executor = co_await asio::this_coro::executor;
    auto mine = std::make_shared<Held>(executor);
    auto waiter = std::make_shared<Waiter>(executor);
    std::shared_ptr<Held> before;
    {
        const std::lock_guard lock(mutex_);
        before = std::exchange(held_[call], mine);
        if (before) {
            before->waiters.push_back(waiter);
        }
    }
    auto place = std::make_unique<Place>(*this, std::move(call), std::move(mine));
    if (before) {
        asio::post(before->executor, [before] { before->wanted.ring(); });
        try {
            Error late{ErrorKind::Busy, "The call does not end.", {}};
            co_await with_deadline(clock, patience, waiter->left.wait(), std::move(late));
        } catch (const Failure&) {
            // Its writes are refused from now on, which ends it.
        }
    }
    co_return place;
}

void LiveCalls::end(const std::string& call, const std::shared_ptr<Held>& held) {
    std::vector<std::shared_ptr<Waiter>> waiters;
    {
        const std::lock_guard lock(mutex_);
        waiters.swap(held->waiters);
        auto known = held_.find(call);
        if (known != held_.end() && known->second == held) {
            held_.erase(known);
        }
    }
    for (auto& waiter : waiters) {
        asio::post(waiter->executor, [waiter] { waiter->left.ring(); });
    }
}

}  // namespace repartee::surfaces::media_stream
