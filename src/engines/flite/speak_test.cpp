#include "engines/flite/speak.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

namespace repartee::engines::flite {

namespace {

struct Heard {
    std::vector<audio::Sample> samples;
    std::vector<std::size_t> spoken;
};

Heard hear(const std::string& text, const Manner& manner = {}) {
    Heard heard;
    std::size_t from = 0;
    for (const auto& phrase : phrases_of(text)) {
        speak(phrase, from, manner, [&](std::span<const audio::Sample> samples, std::size_t spoken) {
            heard.samples.insert(heard.samples.end(), samples.begin(), samples.end());
            heard.spoken.push_back(spoken);
            return true;
        });
        from = phrase.end;
    }
    return heard;
}

double loudness(const Heard& heard) {
    double sum = 0;
    for (auto sample : heard.samples) {
        sum += std::abs(sample);
    }
    return sum / static_cast<double>(heard.samples.size());
}

}  // namespace

TEST(Speak, TellsOfEachWordWhenItIsOver) {
    auto heard = hear("Hello, how are you?");
    for (std::size_t end : {0, 6, 10, 14, 19}) {
        EXPECT_TRUE(std::ranges::find(heard.spoken, end) != heard.spoken.end()) << end;
    }
    EXPECT_TRUE(std::ranges::is_sorted(heard.spoken));
    EXPECT_EQ(heard.spoken.back(), 19U);
}

TEST(Speak, StopsWhenNobodyListens) {
    int chunks = 0;
    auto phrases = phrases_of("This sentence is never heard to its end.");
    speak(phrases.front(), 0, {}, [&](std::span<const audio::Sample>, std::size_t) { return ++chunks < 3; });
    EXPECT_EQ(chunks, 3);
}

TEST(Speak, PassesOnWhatTheListenerThrows) {
    auto phrases = phrases_of("Hello.");
    auto throws = [](std::span<const audio::Sample>, std::size_t) -> bool {
        throw std::runtime_error("enough");
    };
    EXPECT_THROW(speak(phrases.front(), 0, {}, throws), std::runtime_error);
}

TEST(Speak, IsAsLoudAsItIsTold) {
    auto natural = loudness(hear("Good morning."));
    EXPECT_NEAR(loudness(hear("Good morning.", {.volume = 0.5})), natural / 2, natural / 10);
    EXPECT_EQ(loudness(hear("Good morning.", {.volume = 0})), 0);
    EXPECT_GT(loudness(hear("Good morning.", {.volume = 100})), natural);
}

TEST(Speak, BearsNumbersThatMakeNoSense) {
    for (auto value : {0.0, -1.0, 1e300, std::numeric_limits<double>::quiet_NaN(),
                       std::numeric_limits<double>::infinity()}) {
        EXPECT_FALSE(hear("Hello.", {.speed = value, .pitch = value, .volume = value}).samples.empty());
    }
}

// Text comes from language models: whatever they write, the library must not crash or exit.
TEST(Speak, SurvivesAnyText) {
    std::mt19937 random(20240);
    const std::string favourites = " .,;:!?'\"()[]{}<>$%&*+-/=@#~`^_|\\0123456789aeiouxzAEIOU";
    for (int round = 0; round < 150; ++round) {
        std::string text;
        auto length = random() % 60;
        for (std::size_t i = 0; i < length; ++i) {
            text.push_back(random() % 4 == 0 ? static_cast<char>(random() % 256)
                                             : favourites[random() % favourites.size()]);
        }
        auto heard = hear(text, {.speed = 3});
        if (!text.empty()) {
            EXPECT_EQ(heard.spoken.back(), text.size()) << testing::PrintToString(text);
        }
    }
}

TEST(Speak, MayBeCalledByManyThreads) {
    const std::string text = "It costs $12.50, said Dr. Smith.";
    auto length = hear(text).samples.size();
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int times = 0; times < 5; ++times) {
                EXPECT_EQ(hear(text).samples.size(), length);
            }
        });
    }
}

}  // namespace repartee::engines::flite
