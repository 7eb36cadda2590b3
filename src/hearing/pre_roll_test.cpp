#include "hearing/pre_roll.h"

#include "base/clock.h"

#include <gtest/gtest.h>

#include <numeric>

namespace repartee::hearing {
namespace {

std::vector<audio::Sample> kept(const PreRoll& sound, std::chrono::milliseconds most = 1s) {
    std::vector<audio::Sample> all;
    for (auto part : sound.latest(most)) {
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

std::vector<audio::Sample> counting(int from, std::size_t count) {
    std::vector<audio::Sample> samples(count);
    std::iota(samples.begin(), samples.end(), static_cast<audio::Sample>(from));
    return samples;
}

TEST(PreRoll, KeepsWhatThereIs) {
    PreRoll sound{std::chrono::milliseconds(1)};  // 16 samples
    EXPECT_TRUE(kept(sound).empty());
    sound.push(counting(0, 10));
    EXPECT_EQ(kept(sound), counting(0, 10));
    sound.push(counting(10, 6));
    EXPECT_EQ(kept(sound), counting(0, 16));
}

TEST(PreRoll, ForgetsTheOldest) {
    PreRoll sound{std::chrono::milliseconds(1)};
    for (int at = 0; at < 70; at += 7) {
        sound.push(counting(at, 7));
    }
    EXPECT_EQ(kept(sound), counting(54, 16));
    sound.push(counting(100, 40));
    EXPECT_EQ(kept(sound), counting(124, 16));
}

TEST(PreRoll, GivesNoMoreThanIsWanted) {
    PreRoll sound{std::chrono::milliseconds(3)};
    sound.push(counting(0, 60));
    EXPECT_EQ(kept(sound, 2ms), counting(28, 32));
    EXPECT_TRUE(kept(sound, 0ms).empty());
    sound.push(counting(60, 8));
    EXPECT_EQ(kept(sound, 1ms), counting(52, 16));
    EXPECT_EQ(kept(sound, 3ms), counting(20, 48));
}

TEST(PreRoll, OfNoLengthKeepsNothing) {
    PreRoll sound{std::chrono::milliseconds(0)};
    sound.push(counting(0, 5));
    EXPECT_TRUE(kept(sound).empty());
}

}  // namespace
}  // namespace repartee::hearing
