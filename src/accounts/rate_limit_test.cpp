#include "accounts/rate_limit.h"

#include <gtest/gtest.h>

namespace repartee::accounts {
namespace {

const TimePoint start{1h};

int allowed_in_a_row(RateLimit& limit, std::string_view key, TimePoint when) {
    int count = 0;
    while (count < 1000 && !limit.take(key, when)) {
        ++count;
    }
    return count;
}

TEST(RateLimit, LetsSoManyThroughAtOnceAndThenEvenly) {
    RateLimit limit(20, 1min);
    EXPECT_EQ(allowed_in_a_row(limit, "a", start), 20);
    EXPECT_EQ(limit.take("a", start), 3s);
    EXPECT_EQ(limit.take("a", start + 2s), 1s);
    EXPECT_FALSE(limit.take("a", start + 3s));
    EXPECT_EQ(limit.take("a", start + 3s), 3s);
    EXPECT_EQ(allowed_in_a_row(limit, "a", start + 33s), 10);
    EXPECT_EQ(allowed_in_a_row(limit, "a", start + 1h), 20);
}

TEST(RateLimit, WhoIsRefusedDoesNotWaitLongerForIt) {
    RateLimit limit(2, 1min);
    EXPECT_EQ(allowed_in_a_row(limit, "a", start), 2);
    for (int again = 0; again < 100; ++again) {
        EXPECT_EQ(limit.take("a", start), 30s);
    }
    EXPECT_FALSE(limit.take("a", start + 30s));
}

TEST(RateLimit, KeysDoNotCountForEachOther) {
    RateLimit limit(1, 1min);
    EXPECT_FALSE(limit.take("a", start));
    EXPECT_FALSE(limit.take("b", start));
    EXPECT_TRUE(limit.take("a", start));
}

TEST(RateLimit, WhatIsGivenBackDidNotCount) {
    RateLimit limit(1, 1min);
    EXPECT_FALSE(limit.take("a", start));
    limit.give_back("a");
    EXPECT_FALSE(limit.take("a", start));
    EXPECT_TRUE(limit.take("a", start));
    limit.give_back("nobody");
}

TEST(RateLimit, NoneIsNone) {
    RateLimit limit(0, 1min);
    EXPECT_EQ(allowed_in_a_row(limit, "a", start), 1000);
    EXPECT_EQ(limit.keys(), 0U);
}

TEST(RateLimit, DoesNotGrowWithThoseWhoCome) {
    RateLimit limit(1, 1min, 100);
    for (int number = 0; number < 100'000; ++number) {
        limit.take(std::to_string(number), start);
        // One who keeps coming is not forgotten.
        EXPECT_EQ(limit.take("steady", start).has_value(), number > 0);
    }
    EXPECT_EQ(limit.keys(), 100U);
}

TEST(RateKeyOfPeer, IsAHouseholdRatherThanAnAddress) {
    EXPECT_EQ(rate_key_of_peer("192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(rate_key_of_peer("::ffff:192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(rate_key_of_peer("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
    EXPECT_EQ(rate_key_of_peer("2001:db8:1:2:ffff::1"), rate_key_of_peer("2001:db8:1:2::9"));
    EXPECT_NE(rate_key_of_peer("2001:db8:1:3::1"), rate_key_of_peer("2001:db8:1:2::1"));
    EXPECT_EQ(rate_key_of_peer("127.0.0.1"), "127.0.0.1");
    EXPECT_EQ(rate_key_of_peer(""), "");
    EXPECT_LE(rate_key_of_peer(std::string(10'000, 'x')).size(), 64U);
}

}  // namespace
}  // namespace repartee::accounts
