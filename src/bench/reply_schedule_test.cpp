#include "bench/reply_schedule.h"

#include <gtest/gtest.h>

namespace repartee::bench {
namespace {

constexpr std::size_t forty_ms = 1280;
constexpr TimePoint start{Duration(100s)};

TEST(ReplySchedule, APieceIsLateByWhatItCameBehindTheEarliest) {
    ReplySchedule reply;
    // Three pieces at once, then one each 40 ms; the fifth 7 ms late.
    for (auto at : {0ms, 1ms, 1ms, 41ms, 88ms, 121ms}) {
        reply.piece(start + at, forty_ms);
    }
    Samples delays;
    reply.add_delays(120ms, delays);
    ASSERT_EQ(delays.count(), 3);
    EXPECT_EQ(delays.least(), 0);
    EXPECT_EQ(delays.most(), 7);
    EXPECT_EQ(reply.gaps(), 0);
    EXPECT_EQ(reply.length(), 240ms);
}

TEST(ReplySchedule, SoundThatRunsOutIsAGap) {
    ReplySchedule reply;
    reply.piece(start, forty_ms);
    reply.piece(start + 41ms, forty_ms);
    reply.piece(start + 42ms, forty_ms);
    reply.piece(start + 130ms, forty_ms);
    EXPECT_EQ(reply.gaps(), 2);
}

TEST(ReplySchedule, AShortReplyIsAllBurst) {
    ReplySchedule reply;
    EXPECT_FALSE(reply.began());
    reply.piece(start, forty_ms);
    Samples delays;
    reply.add_delays(120ms, delays);
    EXPECT_TRUE(delays.empty());
}

}  // namespace
}  // namespace repartee::bench
