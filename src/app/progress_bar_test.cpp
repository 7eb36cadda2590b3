#include "app/progress_bar.h"

#include <gtest/gtest.h>

namespace repartee::app {

TEST(ProgressLine, ShowsShareAndTimeLeft) {
    EXPECT_EQ(progress_line(0, {}), "[                              ]   0 %");
    EXPECT_EQ(progress_line(0.25, 2min), "[#######                       ]  25 %  2:00 left");
    EXPECT_EQ(progress_line(1, {}), "[##############################] 100 %");
}

TEST(ProgressLine, ShowsHowFarAFileHasCome) {
    constexpr std::int64_t mebibyte = 1 << 20;
    EXPECT_EQ(bytes_in_words(35 * mebibyte, 142 * mebibyte, 3.25 * mebibyte), "35 of 142 MiB, 3.2 MiB/s");
    EXPECT_EQ(bytes_in_words(0, 3000 * mebibyte, {}), "0.00 of 2.93 GiB");
    EXPECT_EQ(progress_line(0.5, 61s, "1 of 2 MiB"),
              "[###############               ]  50 %  1 of 2 MiB  1:01 left");
}

TEST(Pace, IsThatOfTheLastSeconds) {
    Pace pace;
    TimePoint begin{};
    EXPECT_FALSE(pace.per_second());
    pace.note(begin, 0);
    EXPECT_FALSE(pace.per_second());
    std::int64_t done = 0;
    // Ten seconds at a thousand a second, then at ten.
    for (int tick = 1; tick <= 200; ++tick) {
        done += tick <= 100 ? 100 : 1;
        pace.note(begin + tick * 100ms, done);
    }
    EXPECT_NEAR(*pace.per_second(), 10, 0.5);
}

TEST(Pace, WhatWasThereBeforeIsNotCounted) {
    Pace pace;
    pace.note(TimePoint{}, 1'000'000);
    pace.note(TimePoint{} + 1s, 1'000'500);
    EXPECT_NEAR(*pace.per_second(), 500, 1);
}

}  // namespace repartee::app
