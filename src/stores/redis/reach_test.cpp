#include "stores/redis/reach.h"

#include <gtest/gtest.h>

namespace repartee::stores::redis {

namespace {

using namespace std::chrono_literals;
constexpr Reach::Time start{};

}  // namespace

TEST(Reach, TellsNewsOnce) {
    Reach reach;
    EXPECT_FALSE(reach.found());
    EXPECT_TRUE(reach.lost(start, "refused"));
    EXPECT_FALSE(reach.lost(start, "still refused"));
    EXPECT_EQ(reach.reason(), "still refused");
    EXPECT_TRUE(reach.found());
    EXPECT_FALSE(reach.is_down());
}

TEST(Reach, LooksAgainSoonThenSeldom) {
    Reach reach;
    reach.lost(start, "");
    EXPECT_EQ(reach.look_again(), start + 20ms);
    reach.lost(start, "");
    EXPECT_EQ(reach.look_again(), start + 40ms);
    for (int times = 0; times < 100; ++times) {
        reach.lost(start, "");
    }
    EXPECT_EQ(reach.look_again(), start + 1s);
    reach.found();
    reach.lost(start, "");
    EXPECT_EQ(reach.look_again(), start + 20ms);
}

}  // namespace repartee::stores::redis
