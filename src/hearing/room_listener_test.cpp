#include "hearing/room_listener.h"

#include "base/test_loop.h"
#include "engines/energy/energy_detector.h"
#include "engines/scripted/scripted_recogniser.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

namespace repartee::hearing {

namespace {

// Sound of a room in real time, on a virtual clock.
class SpokenRoom : public testing::Test {
protected:
    // Syllables of a voice.
    void speaks(std::chrono::milliseconds length, double loudness = 0.3) {
        sounds(length, [&](double time) {
            double syllable = 0.1 + 0.9 * std::abs(std::sin(2 * std::numbers::pi * 2 * time));
            return loudness * syllable * (wave(time, 140) + 0.5 * wave(time, 280) + 0.3 * wave(time, 420)) /
                   1.8;
        });
    }
    // A voice that does not pause for breath.
    void drones(std::chrono::milliseconds length) {
        sounds(length, [&](double time) {
            return 0.3 * (0.6 + 0.4 * wave(time, 3)) * (wave(time, 140) + 0.5 * wave(time, 280)) / 1.5;
        });
    }
    void is_silent(std::chrono::milliseconds length) {
        sounds(length, [](double) { return 0; });
    }
    void hisses(std::chrono::milliseconds length) {
        sounds(length, [this](double) { return normal_(random_); });
    }

    static double wave(double time, double pitch) { return std::sin(2 * std::numbers::pi * pitch * time); }

    template <class Sounding>
    void sounds(std::chrono::milliseconds length, Sounding sounding) {
        for (auto at = 0ms; at < length; at += 20ms) {
            std::array<audio::Sample, 320> frame{};
            for (auto& sample : frame) {
                ++time_;
                auto value = sounding(time_ / audio::speech_rate) + 0.0005 * normal_(random_);
                sample = static_cast<audio::Sample>(std::clamp(value, -1.0, 1.0) * 32767);
            }
            room().push(frame);
            clock.run_until(context, clock.now() + 20ms);
        }
    }

    RoomListener& room() {
        if (!room_) {
            recogniser = std::make_unique<engines::scripted::ScriptedRecogniser>(script, clock);
            ears = std::make_unique<Ears>(
                *recogniser, detector,
                [](std::span<const std::byte>) -> Result<engines::Decoder*> {
                    return Error{ErrorKind::Unsupported, "no decoder", {}};
                },
                clock);
            room_ = std::make_unique<RoomListener>(context.get_executor(), *ears, options,
                                                   [this](RoomNews news) { note(std::move(news)); });
        }
        return *room_;
    }

    void note(RoomNews news) {
        if (auto* line = std::get_if<RoomLine>(&news)) {
            story += "[" + line->transcript.text + "]";
            lines.push_back(std::move(*line));
        } else if (auto* loss = std::get_if<RoomLoss>(&news)) {
            story += std::string("<") + std::string(name_of(loss->error.kind)) + ">";
        } else {
            ++parts;
        }
    }

    RoomOptions options;
    VirtualClock clock;
    asio::io_context context;
    engines::scripted::ScriptedSettings script{.heard = "one two three", .partials = 2};
    engines::energy::EnergyDetector detector{{}};
    std::unique_ptr<engines::Recogniser> recogniser;
    std::unique_ptr<Ears> ears;
    std::string story;
    std::vector<RoomLine> lines;
    int parts = 0;

private:
    std::unique_ptr<RoomListener> room_;
    double time_ = 0;
    std::mt19937 random_{3};
    std::normal_distribution<double> normal_{0, 0.1};
};

}  // namespace

TEST_F(SpokenRoom, EachSentenceIsALine) {
    auto began = clock.wall();
    is_silent(1000ms);
    speaks(1000ms);
    is_silent(3000ms);
    speaks(1000ms);
    is_silent(1500ms);
    EXPECT_EQ(story, "[one two three][one two three]");
    EXPECT_GT(parts, 0);
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_NEAR(milliseconds_of(lines[0].begin - began), 700, 60) << "the pre-roll is of it";
    EXPECT_NEAR(milliseconds_of(lines[0].end - began), 2000, 120);
    EXPECT_NEAR(milliseconds_of(lines[0].lag), 800, 60);
}

TEST_F(SpokenRoom, SilenceAndNoiseSayNothing) {
    is_silent(3000ms);
    hisses(2000ms);  // something is switched on ...
    is_silent(2000ms);
    hisses(500ms);  // ... a door
    is_silent(2000ms);
    speaks(200ms);  // less than a word
    is_silent(2000ms);
    EXPECT_EQ(story, "");
}

TEST_F(SpokenRoom, WhatTheRecogniserDoesNotBelieveItselfIsANoise) {
    script.confidence = 0.04;
    options.least_confidence = 0.05F;
    is_silent(1000ms);
    speaks(1000ms);
    is_silent(1500ms);
    EXPECT_EQ(story, "");
    EXPECT_GT(parts, 0) << "and what was shown of it is taken back";
}

TEST_F(SpokenRoom, WhatItIsSurerOfIsALine) {
    script.confidence = 0.06;
    options.least_confidence = 0.05F;
    is_silent(1000ms);
    speaks(1000ms);
    is_silent(1500ms);
    EXPECT_EQ(story, "[one two three]");
}

TEST_F(SpokenRoom, AMonologueIsCutAndNothingIsSaidTwice) {
    options.threshold = 0.01;
    is_silent(500ms);
    drones(65'000ms);
    is_silent(1500ms);
    // The next one begins with the words that the one before ended with: a scripted recogniser says the same
    // always.
    EXPECT_EQ(story, "[one two three]");
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_NEAR(milliseconds_of(lines[0].end - lines[0].begin), 30'000, 400);
}

TEST_F(SpokenRoom, ANoiseBetweenTheHalvesDoesNotHideThatTheirWordsAreTheSame) {
    options.threshold = 0.01;
    script.final_delay = 3000ms;
    is_silent(500ms);
    drones(35'000ms);
    is_silent(1000ms);
    EXPECT_EQ(story, "[one two three]") << "the second half is being understood";
    drones(100ms);  // less than a word
    is_silent(5000ms);
    EXPECT_EQ(story, "[one two three]");
}

TEST_F(SpokenRoom, AMonologueIsCutBetweenTwoWordsWhereItCanBe) {
    is_silent(500ms);
    for (int sentence = 0; sentence < 16; ++sentence) {
        speaks(2000ms);
        is_silent(500ms);  // less than ends a line
    }
    is_silent(1500ms);
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_LT(lines[0].end - lines[0].begin, 29s);
    EXPECT_GT(lines[0].end - lines[0].begin, 19s);
    EXPECT_GE(lines[1].begin, lines[0].end - 20ms) << "nothing of it is heard twice";
}

TEST_F(SpokenRoom, WhoHasGoneInTheMiddleOfASentenceIsHeardSoFar) {
    is_silent(500ms);
    speaks(1000ms);
    room().break_off();
    clock.run_until(context, clock.now() + 100ms);
    EXPECT_EQ(story, "[one two three]");
}

TEST_F(SpokenRoom, AFixedThresholdHearsWhatIsLouder) {
    options.threshold = 0.05;
    is_silent(500ms);
    speaks(1000ms, 0.04);
    is_silent(1500ms);
    EXPECT_EQ(story, "");
    speaks(1000ms, 0.4);
    is_silent(1500ms);
    EXPECT_EQ(story, "[one two three]");
}

TEST_F(SpokenRoom, ARecogniserThatCannotKeepUpIsToldOfAndNotWaitedFor) {
    script.final_delay = 15'000ms;
    is_silent(500ms);
    for (int sentence = 0; sentence < 8; ++sentence) {
        speaks(1000ms);
        is_silent(1200ms);
    }
    EXPECT_NE(story.find("<busy>"), std::string::npos) << story;
    is_silent(20'000ms);
    for (const auto& line : lines) {
        EXPECT_LE(line.lag, 20s);
    }
    EXPECT_FALSE(lines.empty());
}

TEST_F(SpokenRoom, WhatComesTooLateIsLeftOut) {
    script.final_delay = 25'000ms;
    is_silent(500ms);
    speaks(1000ms);
    is_silent(40'000ms);
    EXPECT_EQ(story, "<provider_late>");
}

}  // namespace repartee::hearing
