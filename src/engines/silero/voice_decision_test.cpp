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
    EXPECT_FALSE(voice.is_speech(true, 0.5F, 20ms));
    EXPECT_TRUE(voice.is_speech(true, 0.6F, 20ms));
    EXPECT_TRUE(voice.is_speech(true, 0.5F, 20ms)) << "does not flicker";
    EXPECT_FALSE(voice.is_speech(true, 0.4F, 20ms));
    EXPECT_FALSE(voice.is_speech(true, 0.5F, 20ms));
}

TEST(VoiceDecision, KnowsNobodyBeforeTheFirstAnswer) {
    auto voice = decision();
    voice.begin();
    EXPECT_FALSE(voice.is_speech(true, std::nullopt, 20ms));
    EXPECT_TRUE(voice.is_speech(true, 0.9F, 20ms));
    voice.begin();
    EXPECT_FALSE(voice.is_speech(true, std::nullopt, 20ms)) << "of this opening";
}

TEST(VoiceDecision, StaysWithTheLastAnswerForAWhile) {
    auto voice = decision();
    voice.begin();
    voice.is_speech(true, 0.9F, 20ms);
    for (int frame = 0; frame < 5; ++frame) {
        EXPECT_TRUE(voice.is_speech(false, std::nullopt, 20ms));
    }
    EXPECT_FALSE(voice.is_speech(false, std::nullopt, 20ms)) << "from here on loudness decides";
    EXPECT_TRUE(voice.is_speech(true, std::nullopt, 20ms));
    EXPECT_FALSE(voice.is_speech(true, 0.1F, 20ms)) << "until there is an answer again";
}

}  // namespace
}  // namespace repartee::engines::silero
