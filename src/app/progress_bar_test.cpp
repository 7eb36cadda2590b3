#include "app/progress_bar.h"

#include <gtest/gtest.h>

namespace repartee::app {

using namespace std::chrono_literals;

TEST(ProgressLine, ShowsShareAndTimeLeft) {
    EXPECT_EQ(progress_line(0s, 60s, 0s), "[                              ]   0 %");
    EXPECT_EQ(progress_line(15s, 60s, 40s), "[#######                       ]  25 %  2:00 left");
    EXPECT_EQ(progress_line(60s, 60s, 160s), "[##############################] 100 %");
}

TEST(ProgressLine, BearsOddNumbers) {
    EXPECT_EQ(progress_line(0s, 0s, 0s), "[                              ]   0 %");
    EXPECT_EQ(progress_line(90s, 60s, 1s), "[##############################] 100 %");
}

}  // namespace repartee::app
