#include "bench/proc_text.h"

#include <gtest/gtest.h>

namespace repartee::bench {
namespace {

TEST(ProcText, TimesOfAProcessWithAnOddName) {
    auto times =
        parse_stat("42 (a ) 7 b) S 1 42 42 0 -1 4194560 900 0 3 0 1234 567 8 9 20 0 5 0 100 9999 77");
    ASSERT_TRUE(times);
    EXPECT_EQ(times->user_ticks, 1234);
    EXPECT_EQ(times->system_ticks, 567);
    EXPECT_EQ(times->threads, 5);
}

TEST(ProcText, WhatIsCutOffIsNothing) {
    EXPECT_FALSE(parse_stat(""));
    EXPECT_FALSE(parse_stat("42 (repartee"));
    EXPECT_FALSE(parse_stat("42 (repartee) S 1 42 42 0 -1 4194560 900 0 3 0 1234"));
}

TEST(ProcText, BytesByTheirName) {
    constexpr std::string_view text =
        "00400000-7fff [rollup]\nRss:                1928 kB\nRssAnon: 5 kB\n"
        "Private_Dirty:       100 kB\nThreads:\t3\n";
    EXPECT_EQ(parse_bytes(text, "Rss"), 1928 * 1024);
    EXPECT_EQ(parse_bytes(text, "RssAnon"), 5 * 1024);
    EXPECT_EQ(parse_bytes(text, "Private_Dirty"), 100 * 1024);
    EXPECT_FALSE(parse_bytes(text, "Pss"));
    EXPECT_FALSE(parse_bytes("Rss", "Rss"));
    EXPECT_FALSE(parse_bytes("Rss: many kB", "Rss"));
}

TEST(ProcText, TheMachineIsBusyUnlessItIsIdleOrWaitsForADisk) {
    auto times = parse_machine("cpu  10 1 20 300 40 2 3 4 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n");
    ASSERT_TRUE(times);
    EXPECT_EQ(times->busy_ticks, 40);
    EXPECT_EQ(times->all_ticks, 380);
    EXPECT_FALSE(parse_machine("cpu 1 2 3"));
    EXPECT_FALSE(parse_machine("intr 1"));
}

}  // namespace
}  // namespace repartee::bench
