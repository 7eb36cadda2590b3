#include "app/intake.h"

#include <gtest/gtest.h>

namespace repartee::app {

TEST(Intake, IsInOrderAndEachOnce) {
    Intake intake(10);
    for (const char* name : {"a", "b", "a", "c"}) {
        intake.arrived(name);
    }
    EXPECT_EQ(intake.begin(), "a");
    EXPECT_EQ(intake.begin(), "b");
    EXPECT_EQ(intake.begin(), "c");
    EXPECT_EQ(intake.begin(), std::nullopt);
    EXPECT_EQ(intake.unfinished(), 3u);
}

TEST(Intake, WhatArrivesAgainWhileItIsDoneIsDoneAgainAndNotTwiceAtOnce) {
    Intake intake(10);
    intake.arrived("a");
    EXPECT_EQ(intake.begin(), "a");
    intake.arrived("a");
    intake.arrived("b");
    EXPECT_EQ(intake.begin(), "b");
    EXPECT_EQ(intake.begin(), std::nullopt);
    intake.done("a");
    EXPECT_EQ(intake.begin(), "a");
    intake.done("a");
    intake.done("b");
    EXPECT_EQ(intake.begin(), std::nullopt);
    EXPECT_EQ(intake.unfinished(), 0u);
}

TEST(Intake, KeepsSoManyAndKnowsThatThereWereMore) {
    Intake intake(2);
    for (const char* name : {"a", "b", "c"}) {
        intake.arrived(name);
    }
    EXPECT_FALSE(intake.wants_a_look());
    EXPECT_EQ(intake.begin(), "a");
    EXPECT_EQ(intake.begin(), "b");
    EXPECT_TRUE(intake.wants_a_look());
    EXPECT_FALSE(intake.wants_a_look());
}

}  // namespace repartee::app
