#include "base/clock.h"
#include "engines/cepstral/cepstral_embedder.h"
#include "engines/cepstral/voice_statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

namespace repartee::engines::cepstral {

namespace {

// A buzz through two resonances, four syllables a second: a vowel of somebody.
std::vector<audio::Sample> vowel(double pitch, double first, double second, double seconds,
                                 double noise = 3) {
    std::mt19937 random(1);
    std::normal_distribution<double> normal(0, noise);
    std::vector<audio::Sample> sound(static_cast<std::size_t>(seconds * audio::speech_rate));
    for (std::size_t i = 0; i < sound.size(); ++i) {
        auto time = static_cast<double>(i) / audio::speech_rate;
        double value = 0;
        for (int harmonic = 1; harmonic * pitch < 5000; ++harmonic) {
            auto hertz = harmonic * pitch;
            auto loud = 1 / (1 + std::pow((hertz - first) / 150, 2)) +
                        0.5 / (1 + std::pow((hertz - second) / 200, 2));
            value += loud * std::sin(2 * std::numbers::pi * hertz * time);
        }
        auto syllable = std::max(0.0, std::sin(2 * std::numbers::pi * 4 * time));
        sound[i] = static_cast<audio::Sample>(
            std::clamp(5000 * syllable * value + normal(random), -32768.0, 32767.0));
    }
    return sound;
}

TEST(SoundFrames, HearThePitchAndWhereNobodySpeaks) {
    for (double pitch : {90.0, 130.0, 210.0, 320.0}) {
        auto all = frames_of(vowel(pitch, 600, 1500, 2));
        std::size_t voiced = 0;
        std::size_t right = 0;
        std::size_t silent = 0;
        for (const auto& frame : all.frames) {
            voiced += frame.voiced;
            right += frame.voiced && std::abs(frame.pitch - std::log2(pitch / 100)) < 0.05;
            silent += !frame.voice;
        }
        EXPECT_GT(voiced, all.frames.size() / 4) << pitch;
        EXPECT_GT(right, voiced * 9 / 10) << pitch;
        EXPECT_GT(silent, all.frames.size() / 3) << pitch << ": half of it is pauses";
    }
}

TEST(SoundFrames, AreFewWhereThereIsLittleSound) {
    EXPECT_TRUE(frames_of({}).frames.empty());
    EXPECT_TRUE(frames_of(std::vector<audio::Sample>(639)).frames.empty());
    EXPECT_FALSE(frames_of(std::vector<audio::Sample>(640)).frames.empty());
    std::stop_source stop;
    stop.request_stop();
    EXPECT_TRUE(frames_of(vowel(100, 500, 1500, 1), stop.get_token()).frames.empty());
}

TEST(SoundFrames, WhatIsCutOffIsFiniteAllTheSame) {
    for (audio::Sample level : {std::int16_t{0}, std::int16_t{32767}, std::int16_t{-32768}}) {
        for (const auto& print :
             prints_of(std::vector<audio::Sample>(16000, level), std::vector<SoundRange>{{0, 16000}})) {
            EXPECT_GT(print.spread, 0);
            for (auto number : print.vector) {
                EXPECT_TRUE(std::isfinite(number));
            }
        }
    }
}

TEST(CepstralPrints, OfOneVowelAreNearAndOfAnotherThroatFar) {
    auto between = [](const Voiceprint& one, const Voiceprint& other) {
        double sum = 0;
        for (std::size_t i = 0; i < one.vector.size(); ++i) {
            sum += std::pow(one.vector[i] - other.vector[i], 2);
        }
        return sum / (one.spread + other.spread);
    };
    auto print = [](double pitch, double scale) {
        return prints_of(vowel(pitch, 600 * scale, 1500 * scale, 4), std::vector<SoundRange>{{0, 64000}})
            .front();
    };
    EXPECT_LT(between(print(120, 1), print(122, 1)), apart_from);
    EXPECT_GT(between(print(120, 1), print(220, 1.2)), apart_from);
}

TEST(CepstralPrints, NoiseMakesVoicesAlike) {
    EXPECT_LT(distances_in_noise(10), distances_in_noise(20));
    EXPECT_EQ(distances_in_noise(60), 1);
    EXPECT_GT(distances_in_noise(-100), 0.2F);
}

// Whoever changes what comes out raises the version in the embedder's name.
TEST(CepstralPrints, AreTheSameForEver) {
    auto print = prints_of(vowel(120, 600, 1500, 2), std::vector<SoundRange>{{0, 32000}}).front();
    double sum = 0;
    for (std::size_t i = 0; i < print.vector.size(); ++i) {
        sum += print.vector[i] * static_cast<double>(i + 1);
    }
    EXPECT_NEAR(sum, -20.26, 0.05);
}

}  // namespace

}  // namespace repartee::engines::cepstral
