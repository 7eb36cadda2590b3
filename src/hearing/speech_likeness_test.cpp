#include "hearing/speech_likeness.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>
#include <random>

namespace repartee::hearing {

namespace {

// A second of a sound, all of which the detector took for voice.
SpeechLikeness after(const std::function<double(double)>& sound) {
    SpeechLikeness likeness;
    std::vector<audio::Sample> frame(320);
    for (int at = 0; at < 50; ++at) {
        for (std::size_t i = 0; i < frame.size(); ++i) {
            double time = static_cast<double>(at * 320 + static_cast<int>(i)) / audio::speech_rate;
            frame[i] = static_cast<audio::Sample>(std::clamp(sound(time), -1.0, 1.0) * 32767);
        }
        likeness.push(frame, true);
    }
    return likeness;
}

double wave(double time, double pitch) {
    return std::sin(2 * std::numbers::pi * pitch * time);
}

// Loud and quiet as syllables are.
double syllables(double time) {
    return 0.05 + 0.3 * std::abs(wave(time, 2));
}

TEST(SpeechLikeness, VowelsThatComeAndGoAreSpeech) {
    for (double pitch : {90.0, 140.0, 220.0, 330.0}) {
        auto likeness = after([&](double time) {
            return syllables(time) *
                   (wave(time, pitch) + 0.5 * wave(time, 2 * pitch) + 0.3 * wave(time, 3 * pitch));
        });
        EXPECT_TRUE(likeness.sounds_like_speech()) << pitch << " Hz, " << likeness.liveliness_db() << " dB";
    }
}

TEST(SpeechLikeness, NoiseIsNotWhetherItIsSteadyOrNot) {
    std::mt19937 random(7);
    std::normal_distribution<double> normal(0, 0.1);
    auto steady = after([&](double) { return normal(random); });
    EXPECT_FALSE(steady.sounds_like_speech());
    EXPECT_LT(steady.liveliness_db(), 3);
    auto applause = after([&](double time) { return syllables(time) * 3 * normal(random); });
    EXPECT_FALSE(applause.sounds_like_speech()) << applause.periodic_frames();
    EXPECT_GT(applause.liveliness_db(), 6);
}

TEST(SpeechLikeness, AToneIsNot) {
    EXPECT_FALSE(after([](double time) { return 0.2 * wave(time, 200); }).sounds_like_speech());
    EXPECT_FALSE(after([](double time) { return 0.2 * wave(time, 50); }).sounds_like_speech());
}

TEST(SpeechLikeness, SilenceIsNot) {
    EXPECT_FALSE(after([](double) { return 0.0; }).sounds_like_speech());
    EXPECT_FALSE(SpeechLikeness().sounds_like_speech());
}

}  // namespace
}  // namespace repartee::hearing
