#include "skills/clock/clock_skill.h"

#include "skills/clock/calendar_speech.h"
#include "skills/try_skill.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace repartee::skills::clock {
namespace {

using namespace std::chrono;

// Pins the time zone, which belongs to the whole process.
class ClockSkillTest : public testing::Test {
protected:
    ClockSkillTest() { set_zone("UTC0"); }
    ~ClockSkillTest() override {
        unsetenv("TZ");
        tzset();
    }

    void set_zone(const char* zone) {
        setenv("TZ", zone, 1);
        tzset();
    }

    // What the skill says when UTC is `moment`.
    std::string said(sys_seconds moment, std::string_view arguments) {
        VirtualClock clock(WallTime{moment.time_since_epoch()});
        ClockSkill skill(clock);
        return try_skill(skill, arguments).text;
    }

    const sys_seconds friday = sys_days{2025y / November / 21} + 15h + 5min + 42s;
};

TEST_F(ClockSkillTest, TellsTheTime) {
    EXPECT_EQ(said(friday, R"({"operation":"time"})"), "It is 3:05 in the afternoon.");
}

TEST_F(ClockSkillTest, TellsTheTimeOfThisHouse) {
    set_zone("HOUSE-2");  // two hours east of Greenwich
    EXPECT_EQ(said(friday, R"({"operation":"time"})"), "It is 5:05 in the afternoon.");
    EXPECT_EQ(said(sys_days{2025y / December / 31} + 22h + 30min, R"({"operation":"date"})"),
              "Today is Thursday, January 1st, 2026.");
}

TEST_F(ClockSkillTest, TellsTheDate) {
    EXPECT_EQ(said(friday, R"({"operation":"date"})"), "Today is Friday, November 21st, 2025.");
    EXPECT_EQ(said(friday, R"({"operation":"date","days_from_today":1})"),
              "Tomorrow is Saturday, November 22nd, 2025.");
    EXPECT_EQ(said(friday, R"({"operation":"date","days_from_today":-1})"),
              "Yesterday was Thursday, November 20th, 2025.");
}

TEST_F(ClockSkillTest, TellsTheWeekday) {
    EXPECT_EQ(said(friday, R"({"operation":"weekday"})"), "Today is Friday.");
    EXPECT_EQ(said(friday, R"({"operation":"weekday","days_from_today":10})"),
              "In 10 days it will be Monday.");
    EXPECT_EQ(said(friday, R"({"operation":"weekday","days_from_today":-2})"),
              "2 days ago it was Wednesday.");
}

TEST_F(ClockSkillTest, KnowsTheWeekdayOfADate) {
    EXPECT_EQ(said(friday, R"({"operation":"weekday","date":"2025-12-25"})"),
              "That is a Thursday, December 25th, 2025.");
    EXPECT_EQ(said(friday, R"({"operation":"weekday","date":"1969-07-20"})"),
              "That was a Sunday, July 20th, 1969.");
}

TEST_F(ClockSkillTest, SaysSoWhenADateDoesNotExist) {
    for (const auto* date : {"2025-02-30", "2025-13-01", "tomorrow", "-025-01-01", "2025-1-1", ""}) {
        EXPECT_THAT(said(friday, fmt::format(R"({{"operation":"date","date":"{}"}})", date)),
                    testing::StartsWith("I don't know that date."))
            << date;
    }
}

TEST(SpokenTime, IsHowPeopleSayIt) {
    EXPECT_EQ(spoken_time(0, 0), "midnight");
    EXPECT_EQ(spoken_time(12, 0), "noon");
    EXPECT_EQ(spoken_time(0, 7), "12:07 at night");
    EXPECT_EQ(spoken_time(7, 0), "7 o'clock in the morning");
    EXPECT_EQ(spoken_time(12, 30), "12:30 in the afternoon");
    EXPECT_EQ(spoken_time(18, 15), "6:15 in the evening");
    EXPECT_EQ(spoken_time(23, 59), "11:59 at night");
}

TEST(SpokenDate, EndsOrdinalsRight) {
    EXPECT_EQ(spoken_date(2024y / February / 29), "Thursday, February 29th, 2024");
    EXPECT_EQ(spoken_date(2025y / June / 1), "Sunday, June 1st, 2025");
    EXPECT_EQ(spoken_date(2025y / June / 3), "Tuesday, June 3rd, 2025");
    EXPECT_EQ(spoken_date(2025y / June / 11), "Wednesday, June 11th, 2025");
    EXPECT_EQ(spoken_date(2025y / June / 12), "Thursday, June 12th, 2025");
    EXPECT_EQ(spoken_date(2025y / June / 13), "Friday, June 13th, 2025");
}

}  // namespace
}  // namespace repartee::skills::clock
