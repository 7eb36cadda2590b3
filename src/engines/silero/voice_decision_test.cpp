#include "engines/silero/voice_decision.h"

#include <gtest/gtest.h>

namespace repartee::engines::silero {
namespace {

using namespace std::chrono_literals;

VoiceDecision decision() {
    return {0.6F, 100ms};
}

TEST(VoiceDecision, FindsAVoiceAtTheThresholdAndLosesItBelow) {
    auto voice = decision();
    voice.begin();
    EXPECT_FALSE(voice.is_speech(true, 0.5F, 0ms));
    EXPECT_TRUE(voice.is_speech(true, 0.6F, 0ms));
    EXPECT_TRUE(voice.is_speech(true, 0.5F, 0ms)) << "does not flicker";
    EXPECT_FALSE(voice.is_speech(true, 0.4F, 0ms));
    EXPECT_FALSE(voice.is_speech(true, 0.5F, 0ms));
}

TEST(VoiceDecision, LosesAVoiceHoweverLowTheThreshold) {
    VoiceDecision voice(0.05F, 100ms);
    voice.begin();
    EXPECT_TRUE(voice.is_speech(true, 0.06F, 0ms));
    EXPECT_FALSE(voice.is_speech(true, 0.01F, 0ms));
}

TEST(VoiceDecision, KnowsNobodyBeforeTheFirstAnswer) {
    auto voice = decision();
    voice.begin();
    EXPECT_FALSE(voice.is_speech(true, std::nullopt, 20ms));
    EXPECT_TRUE(voice.is_speech(true, 0.9F, 0ms));
    voice.begin();
    EXPECT_FALSE(voice.is_speech(true, std::nullopt, 20ms)) << "of this opening";
}

TEST(VoiceDecision, StaysWithTheLastAnswerForAWhile) {
    auto voice = decision();
    voice.begin();
    voice.is_speech(true, 0.9F, 0ms);
    EXPECT_TRUE(voice.is_speech(false, std::nullopt, 100ms));
    EXPECT_FALSE(voice.is_speech(false, std::nullopt, 101ms)) << "from here on loudness decides";
    EXPECT_TRUE(voice.is_speech(true, std::nullopt, 120ms));
    EXPECT_FALSE(voice.is_speech(true, 0.1F, 0ms)) << "until there is an answer again";
}

}  // namespace
}  // namespace repartee::engines::silero
