#include "bench/trigger.h"

#include <gtest/gtest.h>

#include <vector>

namespace repartee::bench {
namespace {

TEST(Trigger, IsTheFrameAfterWhichMostTurnsWereActedUpon) {
    std::vector<Duration> acted{97ms, 96500us, 98ms, 140ms, 65ms};
    Trigger trigger(acted, 32ms);
    EXPECT_EQ(trigger.due(), 96ms);
    EXPECT_EQ(trigger.since(97ms), 1ms);
    EXPECT_EQ(trigger.since(140ms), 44ms);
    EXPECT_EQ(trigger.since(65ms), 1ms);
}

TEST(Trigger, NothingHappenedIsNoFrame) {
    Trigger trigger({}, 32ms);
    EXPECT_EQ(trigger.due(), 0ms);
}

}  // namespace
}  // namespace repartee::bench
