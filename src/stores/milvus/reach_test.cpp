#include "stores/milvus/reach.h"

#include <gtest/gtest.h>

namespace repartee::stores::milvus {
namespace {

const TimePoint start{};

TEST(MilvusReach, IsClosedForAWhileThatGrows) {
    Reach reach;
    EXPECT_FALSE(reach.closed(start));
    EXPECT_TRUE(reach.failed(start, {Trouble::Away, "refused"}));
    EXPECT_TRUE(reach.closed(start + 999ms));
    EXPECT_FALSE(reach.closed(start + 1s));
    EXPECT_FALSE(reach.failed(start + 1s, {Trouble::Away, "refused"}));  // no news
    EXPECT_TRUE(reach.closed(start + 2'999ms));
    EXPECT_FALSE(reach.closed(start + 3s));
    for (auto now = start + 3s; now < start + 300s; now += 40s) {
        reach.failed(now, {Trouble::Away, "refused"});
        EXPECT_FALSE(reach.closed(now + Reach::longest_pause));
    }
}

TEST(MilvusReach, ThoseWhoWereUnderWayDoNotMakeItLonger) {
    Reach reach;
    for (int time = 0; time < 50; ++time) {
        reach.failed(start, {});
    }
    EXPECT_FALSE(reach.closed(start + 1s));
}

TEST(MilvusReach, AnAnswerOpensIt) {
    Reach reach;
    reach.failed(start, {});
    EXPECT_TRUE(reach.answered());
    EXPECT_FALSE(reach.answered());
    EXPECT_FALSE(reach.closed(start));
    EXPECT_FALSE(reach.last());
}

TEST(MilvusReach, OneWhoIsLateAgainAndAgainIsAway) {
    Reach reach;
    EXPECT_FALSE(reach.was_late(start, "late"));
    EXPECT_FALSE(reach.was_late(start, "late"));
    EXPECT_FALSE(reach.closed(start));
    EXPECT_TRUE(reach.was_late(start, "late"));
    EXPECT_TRUE(reach.closed(start));
}

TEST(MilvusReach, OnlyASearchInTimeShowsThatSearchesAreInTime) {
    Reach reach;
    for (int time = 0; time < Reach::most_late; ++time) {
        EXPECT_FALSE(reach.answered_others());
        reach.was_late(start, "late");
    }
    EXPECT_FALSE(reach.answered_others());
    EXPECT_TRUE(reach.closed(start));
    EXPECT_FALSE(reach.closed(start + 1s));
    EXPECT_FALSE(reach.was_late(start + 1s, "late"));  // no news
    EXPECT_TRUE(reach.closed(start + 2'999ms));
    EXPECT_TRUE(reach.answered());
    EXPECT_FALSE(reach.was_late(start + 4s, "late"));
    EXPECT_FALSE(reach.closed(start + 4s));

    reach.failed(start + 5s, {});
    EXPECT_TRUE(reach.answered_others());
}

}  // namespace
}  // namespace repartee::stores::milvus
