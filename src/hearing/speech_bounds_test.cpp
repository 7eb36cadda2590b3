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

}  // namespace repartee::hearing
