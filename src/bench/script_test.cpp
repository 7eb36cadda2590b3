#include "bench/script.h"

#include <gtest/gtest.h>

#include <set>

namespace repartee::bench {
namespace {

TEST(Script, FramesComeAtTheirOwnPace) {
    EXPECT_EQ(length_of_frame(1024), 32ms);
    EXPECT_EQ(length_of_frame(640), 20ms);
    EXPECT_EQ(length_of_frame(256), 8ms);
    Script script{.frame_bytes = 256, .frame_length = 8ms};
    EXPECT_EQ(script.due(0), 0ms);
    EXPECT_EQ(script.due(125), 1s);
    EXPECT_FALSE(script.voiced(3));
}

TEST(Script, VoiceComesInEachCycle) {
    Script script{.frame_length = 20ms, .cycle = 200ms, .voices = {{40ms, 80ms}, {120ms, 140ms}}};
    EXPECT_EQ(script.frames_in_cycle(), 10);
    std::string pattern;
    for (std::uint64_t number = 0; number < 20; ++number) {
        pattern += script.voiced(number) ? 'v' : '.';
    }
    EXPECT_EQ(pattern, "..vv..v.....vv..v...");
}

TEST(Script, ACycleHoldsWholeFramesOfBothSides) {
    EXPECT_EQ(whole_cycle(1s, 32ms), 1120ms);
    EXPECT_EQ(whole_cycle(1s, 20ms), 1s);
    EXPECT_EQ(whole_cycle(1s, 8ms), 1s);
}

TEST(Script, CallersBeginAllOverTheCycleAtWholeGrains) {
    Script script{.frame_length = 32ms, .cycle = 1600ms};
    std::set<std::uint64_t> places;
    for (std::uint64_t caller = 0; caller < 20; ++caller) {
        auto place = script.first_frame_of_caller(caller);
        EXPECT_LT(place, script.frames_in_cycle());
        EXPECT_EQ(script.due(place) % 160ms, 0ms);
        places.insert(place);
    }
    EXPECT_EQ(places.size(), 10);
    EXPECT_EQ(Script{}.first_frame_of_caller(7), 0);
}

}  // namespace
}  // namespace repartee::bench
