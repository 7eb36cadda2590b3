// For tests of coroutines: runs one to its end and fails the test instead of hanging.
#pragma once

#include "base/async.h"
#include "base/clock.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <exception>

namespace repartee {

// On the real clock: for work that crosses threads or sockets. Throws what the coroutine throws.
inline void run_to_end(asio::io_context& context, awaitable<void> coroutine,
                       std::chrono::seconds limit = std::chrono::seconds(20)) {
    bool ended = false;
    std::exception_ptr failure;
    asio::co_spawn(context, std::move(coroutine), [&](std::exception_ptr thrown) {
        failure = std::move(thrown);
        ended = true;
        context.stop();
    });
    context.restart();
    context.run_for(limit);
    if (!ended) {
        ADD_FAILURE() << "the coroutine did not end within " << limit.count() << " s";
    } else if (failure) {
        std::rethrow_exception(failure);
    }
}

// On a virtual clock, which is turned as far as it takes, up to `limit` of its time.
inline void run_to_end(asio::io_context& context, VirtualClock& clock, awaitable<void> coroutine,
                       Duration limit = std::chrono::hours(1)) {
    bool ended = false;
    std::exception_ptr failure;
    asio::co_spawn(context, std::move(coroutine), [&](std::exception_ptr thrown) {
        failure = std::move(thrown);
        ended = true;
    });
    clock.run_until(context, clock.now() + limit);
    if (!ended) {
        ADD_FAILURE() << "the coroutine did not end in virtual time";
    } else if (failure) {
        std::rethrow_exception(failure);
    }
}

}  // namespace repartee
