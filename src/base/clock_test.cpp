#include "base/clock.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>
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

// A strand is counted by those who hold it, and must not be let go once too often.
TEST(VirtualClock, LeavesTheSleepersStrandAlone) {
    asio::io_context context;
    VirtualClock clock;
    Executor strand = asio::make_strand(Executor(context.get_executor()));
    for (int i = 0; i < 3; ++i) {
        bool ended = false;
        asio::co_spawn(strand, sleep_often(clock, 100), [&](std::exception_ptr) { ended = true; });
        clock.run_until(context, clock.now() + 100min);
        EXPECT_TRUE(ended);
    }
}

}  // namespace

}  // namespace repartee
