#include "skills/timer/timer_skill.h"

#include "skills/try_skill.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace repartee::skills::timer {
namespace {

class TimerSkillTest : public testing::Test {
protected:
    std::string said(std::string_view arguments) {
        last_ = try_skill(skill_, arguments);
        return last_.text;
    }

    void let_pass(Duration duration) { clock_.run_until(context_, clock_.now() + duration); }

    asio::io_context context_;
    VirtualClock clock_;
    TimerSkill skill_{clock_};
    SkillResult last_;
};

TEST_F(TimerSkillTest, StartsATimer) {
    EXPECT_EQ(said(R"({"operation":"start","duration":"5 minutes"})"), "Okay, 5 minutes, starting now.");
    ASSERT_EQ(last_.effects.size(), 1U);
    const auto& effect = std::get<StartTimer>(last_.effects.front());
    EXPECT_EQ(effect.after, 5min);
    EXPECT_EQ(effect.announcement, "Your 5 minute timer is done.");
    EXPECT_FALSE(effect.id.empty());
}

TEST_F(TimerSkillTest, StartsATimerWhenNothingElseIsSaid) {
    EXPECT_EQ(said(R"({"duration":300,"label":"tea"})"), "Okay, 5 minutes for tea, starting now.");
    EXPECT_EQ(last_.effects.size(), 1U);
    EXPECT_EQ(said("{}"), "For how long should I set the timer?");
}

TEST_F(TimerSkillTest, ForgetsATimerThatNobodyHeardOf) {
    said(R"({"duration":"5 minutes"})");
    skill_.undo(last_.effects.at(0));
    EXPECT_EQ(said(R"({"operation":"list"})"), "There is no timer running.");
}

TEST_F(TimerSkillTest, AnnouncesWhatATimerIsFor) {
    EXPECT_EQ(said(R"({"operation":"start","duration":"8 minutes","label":"pasta"})"),
              "Okay, 8 minutes for pasta, starting now.");
    EXPECT_EQ(std::get<StartTimer>(last_.effects.at(0)).announcement, "Time is up: pasta.");
}

TEST_F(TimerSkillTest, TellsWhatIsLeft) {
    EXPECT_EQ(said(R"({"operation":"list"})"), "There is no timer running.");
    said(R"({"operation":"start","duration":"5 minutes"})");
    let_pass(90s);
    EXPECT_EQ(said(R"({"operation":"list"})"), "The 5 minute timer has 3 minutes and 30 seconds left.");
    said(R"({"operation":"start","duration":"1 hour","label":"bread"})");
    EXPECT_EQ(
        said(R"({"operation":"list"})"),
        "The 5 minute timer has 3 minutes and 30 seconds left. The timer called bread has 1 hour left.");
    let_pass(210s - 1ms);
    EXPECT_THAT(said(R"({"operation":"list"})"),
                testing::StartsWith("The 5 minute timer has 1 second left."));
}

TEST_F(TimerSkillTest, ForgetsATimerThatRang) {
    said(R"({"operation":"start","duration":"5 minutes"})");
    let_pass(5min);
    EXPECT_EQ(said(R"({"operation":"list"})"), "There is no timer running.");
    EXPECT_EQ(said(R"({"operation":"cancel"})"), "There is no timer running.");
    EXPECT_TRUE(last_.effects.empty());
}

TEST_F(TimerSkillTest, CancelsTheOnlyTimer) {
    said(R"({"operation":"start","duration":"5 minutes"})");
    const auto id = std::get<StartTimer>(last_.effects.at(0)).id;
    EXPECT_EQ(said(R"({"operation":"cancel"})"), "I cancelled the 5 minute timer.");
    EXPECT_EQ(std::get<CancelTimer>(last_.effects.at(0)).id, id);
    EXPECT_EQ(said(R"({"operation":"list"})"), "There is no timer running.");
}

TEST_F(TimerSkillTest, AsksWhichTimerIsMeant) {
    said(R"({"operation":"start","duration":"5 minutes"})");
    said(R"({"operation":"start","duration":"8 minutes","label":"Pasta"})");
    EXPECT_EQ(said(R"({"operation":"cancel"})"),
              "Which one? There is the 5 minute timer and the timer called Pasta.");
    EXPECT_TRUE(last_.effects.empty());
    EXPECT_EQ(said(R"({"operation":"cancel","label":"egg"})"),
              "I have no such timer, only the 5 minute timer and the timer called Pasta.");
    EXPECT_EQ(said(R"({"operation":"cancel","label":"pasta"})"), "I cancelled the timer called Pasta.");
    EXPECT_EQ(said(R"({"operation":"cancel","duration":"300"})"), "I cancelled the 5 minute timer.");
}

TEST_F(TimerSkillTest, CancelsAllAtOnce) {
    said(R"({"operation":"start","duration":"5 minutes"})");
    said(R"({"operation":"start","duration":"6 minutes"})");
    EXPECT_EQ(said(R"({"operation":"cancel_all"})"), "I cancelled all 2 timers.");
    EXPECT_EQ(last_.effects.size(), 2U);
}

TEST_F(TimerSkillTest, IsBounded) {
    for (std::size_t count = 0; count < most_timers; ++count) {
        said(R"({"operation":"start","duration":"5 minutes"})");
        EXPECT_EQ(last_.effects.size(), 1U);
    }
    EXPECT_EQ(said(R"({"operation":"start","duration":"5 minutes"})"),
              "There are already 10 timers. Cancel one of them first.");
    EXPECT_TRUE(last_.effects.empty());
}

TEST_F(TimerSkillTest, AsksForASensibleDuration) {
    EXPECT_EQ(said(R"({"operation":"start"})"), "For how long should I set the timer?");
    for (const auto* duration : {"a while", "25 hours", "1e99 hours"}) {
        EXPECT_EQ(
            said(boost::json::serialize(boost::json::object{{"operation", "start"}, {"duration", duration}})),
            "I can set timers from one second to 24 hours.");
    }
    EXPECT_EQ(said(R"({"operation":"start","duration":"0"})"),
              "That is no time at all. A timer needs at least one second.");
    EXPECT_TRUE(last_.effects.empty());
}

}  // namespace
}  // namespace repartee::skills::timer
