#include "workers/whisper/windows.h"

#include "audio/pcm.h"

#include <gtest/gtest.h>

#include <vector>

namespace repartee::workers::whisper {
namespace {

constexpr std::size_t second = audio::speech_rate;

TEST(FirstWindow, ShortSoundIsOneWindow) {
    EXPECT_EQ(first_window({}, second), 0U);
    EXPECT_EQ(first_window(std::vector<float>(second, 1.0F), second), second);
}

TEST(FirstWindow, LongSoundIsCutWhereItIsQuietest) {
    std::vector<float> sound(10 * second, 0.5F);
    // A pause too early, a low voice, and a pause within the last quarter of four seconds.
    std::fill_n(sound.begin() + second, second, 0.0F);
    std::fill_n(sound.begin() + 3 * second, second, 0.1F);
    std::fill_n(sound.begin() + 3 * second + second / 2, second / 10, 0.001F);
    EXPECT_EQ(first_window(sound, 4 * second), 3 * second + second / 2 + second / 20);
}

TEST(FirstWindow, WithoutAPauseItIsCutSomewhereInTheLastQuarter) {
    auto window = first_window(std::vector<float>(10 * second, 0.5F), 4 * second);
    EXPECT_GE(window, 3 * second);
    EXPECT_LE(window, 4 * second);
}

TEST(FirstWindow, MovesOnHoweverShortTheWindowsAre) {
    EXPECT_EQ(first_window(std::vector<float>(100), 10), 10U);
}

}  // namespace
}  // namespace repartee::workers::whisper
