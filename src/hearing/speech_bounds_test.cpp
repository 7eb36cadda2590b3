#include "hearing/speech_bounds.h"

#include <gtest/gtest.h>

#include <string>

namespace repartee::hearing {

namespace {

using namespace std::chrono_literals;
using Change = SpeechBounds::Change;

// Frames of 20 ms, 'v' with voice; changes as letters, '.' for none.
std::string changes_of(const std::string& frames, BoundsSettings settings = {}) {
    SpeechBounds bounds(settings);
    std::string changes;
    for (char frame : frames) {
        static constexpr std::string_view letters = ".BgPREX";
        changes += letters[static_cast<std::size_t>(bounds.push(frame == 'v', 20ms))];
    }
    return changes;
}

std::string times(std::size_t count, char frame) {
    return std::string(count, frame);
}

}  // namespace

TEST(SpeechBounds, BeginWithTheFirstVoice) {
    EXPECT_EQ(changes_of("--vv-v"), "..Bg.g");
}

TEST(SpeechBounds, AnUtteranceEndsAfterSilenceOnly) {
    auto changes = changes_of(times(10, 'v') + times(9, '-') + times(1, 'v') + times(35, '-'));
    EXPECT_EQ(changes.find('E'), 10U + 9 + 1 + 34);
    EXPECT_EQ(changes.find('P'), 10U + 9 + 1 + 9) << "180 ms are no pause, 200 ms are";
}

TEST(SpeechBounds, SpeechMayGoOnAfterAPause) {
    auto changes = changes_of(times(10, 'v') + times(20, '-') + "v");
    EXPECT_EQ(changes.substr(10), ".........P..........R");
}

TEST(SpeechBounds, ANoiseIsDropped) {
    auto changes = changes_of("vvv" + times(35, '-'));
    EXPECT_EQ(changes.back(), 'X');
}

TEST(SpeechBounds, AMonologueIsCut) {
    auto changes = changes_of(times(100, 'v'), {.longest = 1000ms});
    EXPECT_EQ(changes.find('E'), 49U);
    EXPECT_EQ(changes[50], 'B') << "and goes on at once";
}

TEST(SpeechBounds, AMonologueIsCutBetweenTwoWordsWhereThereAreAny) {
    BoundsSettings settings{.longest = 2000ms, .tiring = 1000ms};
    // 1.2 s of speech, then words with 300 ms between them: not enough of a silence yet, but soon.
    auto changes = changes_of(times(60, 'v') + times(15, '-') + times(10, 'v') + times(10, '-'), settings);
    auto end = changes.find('E');
    EXPECT_GE(end, 60U + 15 + 10);
    EXPECT_LT(end, 95U);
    SpeechBounds bounds(settings);
    for (char frame : times(60, 'v') + times(15, '-') + times(10, 'v') + times(10, '-')) {
        bounds.push(frame == 'v', 20ms);
    }
    EXPECT_FALSE(bounds.cut_off());
}

TEST(SpeechBounds, WhatIsCutOffIsTold) {
    SpeechBounds bounds({.longest = 2000ms, .tiring = 1000ms});
    for (int frame = 0; frame < 100; ++frame) {
        bounds.push(true, 20ms);
    }
    EXPECT_FALSE(bounds.open());
    EXPECT_TRUE(bounds.cut_off());
}

}  // namespace repartee::hearing
