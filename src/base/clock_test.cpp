#include "base/clock.h"

#include <boost/asio/co_spawn.hpp>
#include <gtest/gtest.h>

namespace repartee {

namespace {

awaitable<void> sleep_often(Clock& clock, int times) {
    for (int i = 0; i < times; ++i) {
        co_await clock.sleep(1min);
    }
}

TEST(VirtualClock, JumpsFromSleeperToSleeper) {
    asio::io_context context;
    VirtualClock clock;
    auto begin = clock.now();
    bool ended = false;
    asio::co_spawn(context, sleep_often(clock, 60), [&](std::exception_ptr) { ended = true; });
    clock.run_until(context, begin + 59min);
    EXPECT_FALSE(ended);
    clock.run_until(context, begin + 1h);
    EXPECT_TRUE(ended);
    EXPECT_EQ(clock.now(), begin + 1h);
}

}  // namespace

}  // namespace repartee
