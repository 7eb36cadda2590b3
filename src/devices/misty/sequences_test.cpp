#include "devices/misty/sequences.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <algorithm>

namespace repartee::devices::misty {

namespace json = boost::json;
using namespace std::chrono_literals;

namespace {

constexpr Colour shown{.red = 1, .green = 2, .blue = 3};

// "head{"Pitch":20} 450": a sequence as lines that are easy to compare.
std::vector<std::string> told(Action action, Colour colour = shown) {
    std::vector<std::string> lines;
    for (const auto& step : sequence_of(action, colour)) {
        lines.push_back(step.command.path + json::serialize(step.command.body) + " " +
                        std::to_string(step.wait_after.count()));
    }
    return lines;
}

std::vector<std::string> paths(Action action) {
    std::vector<std::string> all;
    for (const auto& step : sequence_of(action, shown)) {
        all.push_back(step.command.path);
    }
    return all;
}

using Lines = std::vector<std::string>;

TEST(Sequences, SimpleActionsAreOneStep) {
    EXPECT_EQ(told(Action::LookLeft), Lines{R"(head{"Pitch":0,"Roll":0,"Yaw":40,"Velocity":60} 800)"});
    EXPECT_EQ(told(Action::LookRight), Lines{R"(head{"Pitch":0,"Roll":0,"Yaw":-40,"Velocity":60} 800)"});
    EXPECT_EQ(told(Action::TurnLeft),
              Lines{R"(drive/time{"LinearVelocity":0,"AngularVelocity":30,"TimeMs":1500} 1500)"});
    EXPECT_EQ(told(Action::TurnRight),
              Lines{R"(drive/time{"LinearVelocity":0,"AngularVelocity":-30,"TimeMs":1500} 1500)"});
    EXPECT_EQ(told(Action::MoveForward),
              Lines{R"(drive/time{"LinearVelocity":20,"AngularVelocity":0,"TimeMs":1000} 1000)"});
    EXPECT_EQ(told(Action::LedColor, {.red = 255, .green = 0, .blue = 128}),
              Lines{R"(led{"red":255,"green":0,"blue":128} 0)"});
}

TEST(Sequences, NodGoesDownUpAndLevelTwice) {
    std::vector<std::int64_t> pitches;
    for (const auto& step : sequence_of(Action::Nod, shown)) {
        EXPECT_EQ(step.command.path, "head");
        EXPECT_EQ(step.wait_after, 450ms);
        pitches.push_back(step.command.body.at("Pitch").as_int64());
    }
    EXPECT_EQ(pitches, (std::vector<std::int64_t>{20, -10, 0, 20, -10, 0}));
}

TEST(Sequences, WaveLiftsTheRightArmAndPutsItDown) {
    auto steps = sequence_of(Action::Wave, shown);
    ASSERT_EQ(steps.size(), 8u);
    for (const auto& step : steps) {
        EXPECT_EQ(step.command.path, "arms");
        EXPECT_EQ(step.command.body.at("Arm"), "right");
        EXPECT_GT(step.wait_after, 0ms);
    }
    EXPECT_EQ(steps.front().command.body.at("Position"), -29);
    EXPECT_EQ(steps.back().command.body.at("Position"), 90);
}

TEST(Sequences, DanceEndsAsItBegan) {
    auto steps = sequence_of(Action::Dance, shown);
    std::int64_t turned = 0;
    std::chrono::milliseconds takes{};
    for (const auto& step : steps) {
        takes += step.wait_after;
        if (step.command.path == "drive/time") {
            turned += step.command.body.at("AngularVelocity").as_int64() *
                      step.command.body.at("TimeMs").as_int64();
            // The next beat does not begin before this one is driven.
            EXPECT_GE(step.wait_after.count(), step.command.body.at("TimeMs").as_int64());
        }
    }
    EXPECT_EQ(turned, 0);
    EXPECT_GE(takes, 4s);
    EXPECT_LE(takes, 6s);
    ASSERT_GE(steps.size(), 4u);
    auto lines = told(Action::Dance);
    EXPECT_EQ(
        Lines(lines.end() - 4, lines.end()),
        (Lines{
            R"(arms/set{"LeftArmPosition":80,"RightArmPosition":80,"LeftArmVelocity":80,"RightArmVelocity":80} 0)",
            R"(head{"Pitch":0,"Roll":0,"Yaw":0,"Duration":5E-1} 0)", R"(led{"red":1,"green":2,"blue":3} 0)",
            R"(drive/stop{"Hold":false} 500)"}));
}

TEST(Sequences, StopStopsEverything) {
    EXPECT_EQ(paths(Action::Stop), (Lines{"halt", "drive/stop", "tts/stop", "audio/stop"}));
}

// What the robot would refuse or, worse, go on doing.
TEST(Sequences, NothingIsRefusedOrEndless) {
    for (const auto& [name, action] : action_names) {
        auto steps = sequence_of(action, shown);
        ASSERT_FALSE(steps.empty()) << name;
        for (const auto& step : steps) {
            const auto& body = step.command.body;
            EXPECT_NE(step.command.path, "drive") << name;
            if (step.command.path == "head") {
                EXPECT_NE(body.contains("Velocity"), body.contains("Duration")) << name;
            }
            if (step.command.path == "drive/time") {
                EXPECT_GE(body.at("TimeMs").as_int64(), 100) << name;
            }
        }
    }
}

// A sequence counts as over after its last wait, and is not halted any more.
TEST(Sequences, LastAsLongAsTheRobotMoves) {
    for (const auto& [name, action] : action_names) {
        const auto steps = sequence_of(action, shown);
        bool moves = std::ranges::any_of(steps, [](const Step& step) { return step.command.moves; });
        EXPECT_EQ(moves, steps.back().wait_after > 0ms) << name;
    }
}

}  // namespace

}  // namespace repartee::devices::misty
