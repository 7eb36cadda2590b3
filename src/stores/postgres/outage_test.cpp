#include "stores/postgres/outage.h"

#include <gtest/gtest.h>

namespace repartee::stores::postgres {

namespace {

using namespace std::chrono_literals;
constexpr Outage::Time start{};

}  // namespace

TEST(Outage, TellsNewsOnce) {
    Outage outage(5s);
    EXPECT_FALSE(outage.over());
    EXPECT_TRUE(outage.noticed(start, start));
    EXPECT_FALSE(outage.noticed(start + 1s, start + 1s));
    EXPECT_TRUE(outage.over());
    EXPECT_FALSE(outage.is_on());
}

TEST(Outage, LetsEverybodyTryWhileItIsYoung) {
    Outage outage(5s);
    outage.noticed(start, start);
    for (int times = 0; times < 10; ++times) {
        EXPECT_TRUE(outage.admits(start + 4s));
    }
    EXPECT_TRUE(outage.is_young(start + 4s));
}

TEST(Outage, LetsOneTryNowAndThenWhenItIsOld) {
    Outage outage(5s);
    outage.noticed(start, start);
    outage.noticed(start + 5s, start + 5s);
    EXPECT_FALSE(outage.is_young(start + 5s));
    EXPECT_FALSE(outage.admits(start + 5s + 499ms));
    EXPECT_TRUE(outage.admits(start + 5s + 500ms));
    EXPECT_FALSE(outage.admits(start + 5s + 501ms));
    EXPECT_TRUE(outage.admits(start + 6s + 500ms));
    outage.over();
    EXPECT_TRUE(outage.admits(start + 6s + 501ms));
}

TEST(Outage, IsAsOldAsTheWaitThatNoticedIt) {
    Outage outage(5s);
    outage.noticed(start + 5s, start);
    EXPECT_FALSE(outage.is_young(start + 5s));
    EXPECT_FALSE(outage.admits(start + 5s));
    EXPECT_TRUE(outage.admits(start + 6s));
}

}  // namespace repartee::stores::postgres
