// Wakes the other servers that share a store, when there is something for them to look at. Nothing is said
// with it, and a ring may be lost: whoever listens looks from time to time all the same. Without it
// everything is as right, and a little later.
#pragma once

#include "base/async.h"

#include <functional>
#include <memory>
#include <string>

namespace repartee::stores {

class Doorbell {
public:
    // Listens while it lives.
    class Listening {
    public:
        virtual ~Listening() = default;
    };

    virtual ~Doorbell() = default;

    // Rings at every server that listens for `what`, this one perhaps among them. Any strand. Returns soon,
    // however the store is: what could not be rung nobody hears. Throws nothing but its cancellation.
    virtual awaitable<void> ring(std::string what) = 0;

    // Calls `heard` whenever somebody rings for `what`, and when rings may have been lost, on a thread of
    // its own: it is quick and throws nothing. Once the Listening is destroyed it is not called any more,
    // nor running. The doorbell outlives what it returns.
    virtual std::unique_ptr<Listening> listen(std::string what, std::function<void()> heard) = 0;
};

}  // namespace repartee::stores
