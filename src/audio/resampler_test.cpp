#include "audio/resampler.h"

#include "audio/level.h"
#include "audio/test_sounds.h"
#include "base/error.h"

#include <gtest/gtest.h>

#include <random>

namespace repartee::audio {
namespace {

// How far `sound` is from `expected`, as a share of full scale, away from the edges, where any
// filter rings.
float distance(std::span<const Sample> sound, std::span<const Sample> expected, std::size_t edge) {
    EXPECT_EQ(sound.size(), expected.size());
    std::vector<Sample> difference;
    for (std::size_t index = edge; index + edge < std::min(sound.size(), expected.size()); ++index) {
        difference.push_back(static_cast<Sample>(sound[index] - expected[index]));
    }
    return rms(difference);
}

TEST(Resampler, KeepsASineInPlace) {
    constexpr int rates[] = {8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000, 96000, 192000, 384000};
    for (const int from : rates) {
        for (const int to : {8000, 16000, 22050, 48000}) {
            const auto from_samples = static_cast<std::size_t>(from) / 2;
            const Pcm result = resample({.rate = from, .samples = sine(1000, from, from_samples)}, to);
            EXPECT_EQ(result.rate, to);
            const auto expected = sine(
                1000, to,
                static_cast<std::size_t>(
                    (from_samples * 2 * static_cast<unsigned>(to) / static_cast<unsigned>(from) + 1) / 2));
            EXPECT_LT(distance(result.samples, expected, 200), 0.002f) << from << " to " << to;
        }
    }
}

TEST(Resampler, RemovesWhatTheNewRateCannotCarry) {
    const Pcm result = resample({.rate = 48000, .samples = sine(11000, 48000, 48000)}, 16000);
    EXPECT_LT(rms(std::span(result.samples).subspan(200, result.samples.size() - 400)), 0.002f);
}

TEST(Resampler, AnyChunkingGivesTheSameSound) {
    constexpr unsigned seed = 3;
    std::mt19937 random(seed);
    const auto sound = sine(440, 44100, 30'000);
    const auto whole = resample({.rate = 44100, .samples = sound}, 16000).samples;
    Resampler resampler(44100, 16000);
    // Twice, because a flushed resampler is as good as new.
    for (int round = 0; round < 2; ++round) {
        std::vector<Sample> result;
        for (std::size_t at = 0; at < sound.size();) {
            const auto step = std::min<std::size_t>(random() % 700, sound.size() - at);
            resampler.push(std::span(sound).subspan(at, step), result);
            at += step;
        }
        resampler.flush(result);
        EXPECT_EQ(result, whole);
    }
}

TEST(Resampler, HoldsBackItsLatencyOnly) {
    Resampler resampler(48000, 16000);
    std::vector<Sample> result;
    resampler.push(sine(440, 48000, 4800), result);
    const auto missing = duration_of(1600 - result.size(), 16000);
    EXPECT_LE(missing, resampler.latency() + std::chrono::microseconds(100));
    EXPECT_LE(resampler.latency(), std::chrono::milliseconds(3));
    resampler.flush(result);
    EXPECT_EQ(result.size(), 1600u);
}

TEST(Resampler, EqualRatesPassThrough) {
    Resampler resampler(16000, 16000);
    std::vector<Sample> result;
    resampler.push(std::vector<Sample>{1, 2, 3}, result);
    EXPECT_EQ(result, (std::vector<Sample>{1, 2, 3}));
    EXPECT_EQ(resampler.latency().count(), 0);
}

TEST(Resampler, VeryShortSoundsKeepTheirLength) {
    for (std::size_t length = 0; length < 20; ++length) {
        EXPECT_EQ(resample({.rate = 8000, .samples = std::vector<Sample>(length, 100)}, 16000).samples.size(),
                  2 * length);
        EXPECT_EQ(resample({.rate = 16000, .samples = std::vector<Sample>(length, 100)}, 8000).samples.size(),
                  (length + 1) / 2);
    }
}

TEST(Resampler, RefusesImpossibleRates) {
    for (const int rate : {-1, 0, 999, 384'001}) {
        EXPECT_THROW(Resampler(rate, 16000), Failure);
        EXPECT_THROW(Resampler(16000, rate), Failure);
    }
}

TEST(Level, IsAShareOfFullScale) {
    EXPECT_EQ(rms({}), 0);
    EXPECT_EQ(mean_absolute({}), 0);
    const std::vector<Sample> loudest(100, -32768);
    EXPECT_EQ(rms(loudest), 1);
    EXPECT_EQ(mean_absolute(loudest), 1);
    EXPECT_NEAR(rms(sine(440, 16000, 16000, 16384)), 0.5 / std::sqrt(2), 1e-4);
    EXPECT_NEAR(decibels(0.1f), -20, 1e-4);
    EXPECT_EQ(decibels(0), -120);
}

}  // namespace
}  // namespace repartee::audio
