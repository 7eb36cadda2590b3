// One coroutine of a strand sleeps until another, or a completion handler, wakes it.
//
// Cheaper than the usual timer that never expires, which matters once per WebSocket frame.
// Nothing is remembered: waking nobody has no effect, so the sleeper looks first at what it waits for.
#pragma once

#include "base/async.h"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/error_code.hpp>

#include <optional>
#include <utility>

namespace repartee::net {

class Wakeup {
public:
    // Completes at the next wake. Cancelling throws operation_aborted. At most one coroutine at a time.
    awaitable<void> wait() {
        auto keep = [this](auto handler) {
            auto slot = asio::get_associated_cancellation_slot(handler);
            if (slot.is_connected()) {
                slot.assign([this](asio::cancellation_type) {
                    resume(asio::error::operation_aborted, Resume::Soon);
                });
            }
            sleeper_.emplace(std::move(handler));
        };
        // No coroutine of its own: its frame would be one more for every frame of sound.
        return asio::async_initiate<decltype(use_awaitable)&, void(boost::system::error_code)>(keep,
                                                                                               use_awaitable);
    }

    // The sleeper runs after the present handler.
    void wake() { resume({}, Resume::Soon); }

    // The sleeper runs before this returns: only on its strand, and only as the last thing a handler does,
    // because afterwards anything may be gone, this object included.
    void wake_now() { resume({}, Resume::Now); }

private:
    enum class Resume { Soon, Now };
    using Sleeper =
        asio::async_result<asio::use_awaitable_t<Executor>, void(boost::system::error_code)>::handler_type;

    void resume(boost::system::error_code error, Resume when) {
        if (!sleeper_) {
            return;
        }
        auto sleeper = std::move(*sleeper_);
        sleeper_.reset();
        if (auto slot = asio::get_associated_cancellation_slot(sleeper); slot.is_connected()) {
            slot.clear();
        }
        if (when == Resume::Now) {
            sleeper(error);
            return;
        }
        auto executor = asio::get_associated_executor(sleeper);
        asio::post(executor, [sleeper = std::move(sleeper), error]() mutable { sleeper(error); });
    }

    std::optional<Sleeper> sleeper_;
};

}  // namespace repartee::net
