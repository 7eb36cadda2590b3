#include "hearing/own_voice.h"

#include <gtest/gtest.h>

namespace repartee::hearing {

namespace {

constexpr TimePoint start{};
constexpr float loud = 8000.0F / 32768;

class OwnVoiceOfASecond : public testing::Test {
protected:
    OwnVoiceOfASecond() { voice.sounds(start, std::vector<audio::Sample>(16000, 8000), 16000); }
    OwnVoice voice;
};

}  // namespace

TEST_F(OwnVoiceOfASecond, IsKnownTwentyDecibelsQuieterAndUpToHalfASecondLate) {
    for (auto late : {50ms, 200ms, 400ms}) {
        EXPECT_TRUE(voice.may_be_echo(loud / 10, start + late));
        EXPECT_TRUE(voice.may_be_echo(loud / 10, start + 1s + late));
    }
    EXPECT_FALSE(voice.may_be_echo(loud / 10, start + 1600ms));
}

TEST_F(OwnVoiceOfASecond, DoesNotHideSomebodyWhoSpeaksUp) {
    EXPECT_FALSE(voice.may_be_echo(loud / 2, start + 500ms));
}

TEST_F(OwnVoiceOfASecond, IsOverWhenItWasSilenced) {
    voice.silenced(start + 200ms);
    EXPECT_TRUE(voice.may_be_echo(loud / 10, start + 600ms));
    EXPECT_FALSE(voice.may_be_echo(loud / 10, start + 800ms));
}

TEST_F(OwnVoiceOfASecond, IsForgottenInTime) {
    EXPECT_TRUE(OwnVoice().may_be_echo(0, start) == false);
    for (int second = 1; second < 1000; ++second) {
        voice.sounds(start + second * 1s, std::vector<audio::Sample>(16000, 100), 16000);
    }
    EXPECT_FALSE(voice.may_be_echo(loud / 10, start + 999s));
}

}  // namespace repartee::hearing
