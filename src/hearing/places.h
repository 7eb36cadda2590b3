// Places at a recogniser, shared by everybody who has more to understand than it can at once: whoever finds
// none free waits for one.
//
//     auto place = co_await places.take();   // given back when it goes
#pragma once

#include "base/channel.h"

#include <memory>

namespace repartee::hearing {

// On one strand. Outlives who holds or waits for a place.
class Places {
public:
    Places(const Executor& executor, std::size_t count) : count_(count), free_(executor, count) {
        for (std::size_t i = 0; i < count; ++i) {
            free_.try_push(0);
        }
    }

    struct GiveBack {
        void operator()(Places* places) const { places->free_.try_push(0); }
    };
    using Place = std::unique_ptr<Places, GiveBack>;

    // Cancelling throws operation_aborted.
    awaitable<Place> take() {
        co_await free_.next();
        co_return Place(this);
    }

    std::size_t count() const { return count_; }

private:
    const std::size_t count_;
    Channel<int> free_;
};

}  // namespace repartee::hearing
