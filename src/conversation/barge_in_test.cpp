#include "conversation/barge_in.h"

#include <gtest/gtest.h>

namespace repartee::conversation {

namespace {

constexpr TimePoint start{};
constexpr bool replying = true;
constexpr bool silent = false;

class BargeInPolicy : public testing::Test {
protected:
    BargeIn policy{BargeInSettings{}};
};

}  // namespace

TEST_F(BargeInPolicy, HoldsTheReplyAtTheFirstSound) {
    EXPECT_EQ(policy.speech_began(replying, start), Reaction::Hold);
}

TEST_F(BargeInPolicy, LeavesThoseAloneWhoSpeakWhileNobodyReplies) {
    EXPECT_EQ(policy.speech_began(silent, start), Reaction::None);
    EXPECT_EQ(policy.speech_goes_on(silent, start + 5s), Reaction::None);
    EXPECT_EQ(policy.partial(silent, "hello", start + 5s), Reaction::None);
    EXPECT_EQ(policy.final_text(silent, "hello there", start + 6s), Reaction::None);
}

TEST_F(BargeInPolicy, InterruptsAtTheFirstWordThatIsNoAcknowledgment) {
    policy.speech_began(replying, start);
    EXPECT_EQ(policy.partial(replying, "", start + 80ms), Reaction::None);
    EXPECT_EQ(policy.partial(replying, "wait", start + 100ms), Reaction::Interrupt);
}

TEST_F(BargeInPolicy, InterruptsWhenVoiceGoesOnWithoutWords) {
    policy.speech_began(replying, start);
    EXPECT_EQ(policy.speech_goes_on(replying, start + 240ms), Reaction::None);
    EXPECT_EQ(policy.speech_goes_on(replying, start + 250ms), Reaction::Interrupt);
    EXPECT_EQ(policy.speech_goes_on(replying, start + 270ms), Reaction::None) << "once is enough";
}

TEST_F(BargeInPolicy, LetsAnAcknowledgmentPass) {
    policy.speech_began(replying, start);
    EXPECT_EQ(policy.partial(replying, "okay", start + 200ms), Reaction::None);
    EXPECT_EQ(policy.speech_goes_on(replying, start + 400ms), Reaction::None);
    EXPECT_EQ(policy.speech_ended(replying), Reaction::Resume);
    EXPECT_EQ(policy.final_text(replying, "Okay.", start + 900ms), Reaction::None);
}

TEST_F(BargeInPolicy, ListensToAnAcknowledgmentThatTurnsIntoMore) {
    policy.speech_began(replying, start);
    policy.partial(replying, "okay", start + 200ms);
    EXPECT_EQ(policy.partial(replying, "okay stop", start + 400ms), Reaction::Interrupt);
}

TEST_F(BargeInPolicy, DoesNotLetAcknowledgmentsGoOnForEver) {
    policy.speech_began(replying, start);
    policy.partial(replying, "yeah", start + 200ms);
    EXPECT_EQ(policy.speech_goes_on(replying, start + 1400ms), Reaction::None);
    EXPECT_EQ(policy.speech_goes_on(replying, start + 1500ms), Reaction::Interrupt);
}

TEST_F(BargeInPolicy, GoesOnAfterAFalseAlarm) {
    policy.speech_began(replying, start);
    EXPECT_EQ(policy.speech_ended(replying), Reaction::Resume);
    EXPECT_EQ(policy.final_text(replying, "", start + 1s), Reaction::None);
    EXPECT_EQ(policy.speech_began(replying, start + 2s), Reaction::Hold) << "the next alarm is one again";
}

TEST_F(BargeInPolicy, TakesAFinalTranscriptForAnInterruptionHoweverLate) {
    policy.speech_began(replying, start);
    policy.speech_ended(replying);
    EXPECT_EQ(policy.final_text(replying, "stop", start + 800ms), Reaction::Interrupt);
}

TEST_F(BargeInPolicy, DoesNotHoldForTheRestOfAnInterruption) {
    policy.speech_began(replying, start);
    policy.partial(replying, "stop", start + 100ms);
    policy.speech_ended(silent);
    EXPECT_EQ(policy.speech_began(replying, start + 900ms), Reaction::None);
    EXPECT_EQ(policy.speech_began(replying, start + 1200ms), Reaction::Hold);
}

TEST_F(BargeInPolicy, DoesNotBeginToTalkOverSomebody) {
    EXPECT_EQ(policy.reply_began(start), Reaction::None) << "nobody speaks";
    policy.speech_began(silent, start);
    EXPECT_EQ(policy.reply_began(start + 100ms), Reaction::Hold);
    EXPECT_EQ(policy.speech_goes_on(replying, start + 240ms), Reaction::None);
    EXPECT_EQ(policy.speech_goes_on(replying, start + 260ms), Reaction::Interrupt);
}

TEST_F(BargeInPolicy, SpeaksWhenThoseHaveEndedWhoHadBegunBefore) {
    policy.speech_began(silent, start);
    EXPECT_EQ(policy.partial(silent, "mhm", start + 100ms), Reaction::None);
    EXPECT_EQ(policy.reply_began(start + 200ms), Reaction::Hold);
    EXPECT_EQ(policy.speech_goes_on(replying, start + 400ms), Reaction::None)
        << "they only show that they listen";
    EXPECT_EQ(policy.speech_ended(replying), Reaction::Resume);
    EXPECT_EQ(policy.reply_began(start + 600ms), Reaction::None);
}

TEST_F(BargeInPolicy, ForgetsThoseWhoseMicrophoneWasSwitchedOff) {
    policy.speech_began(silent, start);
    EXPECT_FALSE(policy.begins_anew(start + 20ms));
    EXPECT_EQ(policy.reply_began(start + 5s), Reaction::None);
    EXPECT_TRUE(policy.begins_anew(start + 6s)) << "on again, in the same utterance";
    EXPECT_EQ(policy.speech_began(replying, start + 6s), Reaction::Hold);
    EXPECT_EQ(policy.speech_goes_on(replying, start + 6020ms), Reaction::None);
}

TEST_F(BargeInPolicy, GoesOnHoldingForWhoHasBegunAgain) {
    policy.speech_began(replying, start);
    policy.speech_ended(replying);
    EXPECT_EQ(policy.speech_began(replying, start + 500ms), Reaction::Hold);
    EXPECT_EQ(policy.final_text(replying, "mhm", start + 600ms), Reaction::None) << "that was the one before";
    EXPECT_EQ(policy.partial(replying, "wait", start + 700ms), Reaction::Interrupt);
}

TEST_F(BargeInPolicy, HoldsAgainAfterAPause) {
    policy.speech_began(replying, start);
    EXPECT_EQ(policy.speech_ended(replying), Reaction::Resume);
    EXPECT_EQ(policy.speech_began(replying, start + 400ms), Reaction::Hold);
    EXPECT_EQ(policy.partial(replying, "no I meant", start + 600ms), Reaction::Interrupt);
}

}  // namespace repartee::conversation
