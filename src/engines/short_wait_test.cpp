#include "engines/short_wait.h"

#include <gtest/gtest.h>

namespace repartee::engines {

namespace {

std::optional<Duration> waits(int status, std::string retry_after) {
    return short_wait(status, net::Headers{{"retry-after", std::move(retry_after)}});
}

TEST(ShortWait, IsWhatABusyPeerAsksFor) {
    EXPECT_EQ(waits(429, "1"), 1s);
    EXPECT_EQ(waits(503, "0.25"), 250ms);
    EXPECT_EQ(waits(429, "0"), 0s);
    EXPECT_EQ(waits(429, "2"), 2s);
}

TEST(ShortWait, IsNothingWhenItIsLongOrNotAskedFor) {
    EXPECT_EQ(short_wait(429, {}), std::nullopt);
    for (auto text : {"3", "60", "-1", "soon", "", "1 s", "nan", "inf", "Wed, 21 Oct 2026 07:28:00 GMT"}) {
        EXPECT_EQ(waits(429, text), std::nullopt) << text;
    }
    EXPECT_EQ(waits(500, "1"), std::nullopt);
    EXPECT_EQ(waits(200, "1"), std::nullopt);
}

}  // namespace

}  // namespace repartee::engines
