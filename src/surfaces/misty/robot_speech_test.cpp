#include "surfaces/misty/robot_speech.h"

#include "base/test_loop.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace repartee::surfaces::misty {
namespace {

using Words = std::vector<std::string>;

// Takes its time over every text, and refuses those that begin with "no".
class SlowRobot final : public devices::Robot {
public:
    explicit SlowRobot(Clock& clock) : clock_(clock) {}

    Duration takes{};
    bool configured = true;
    Words said;
    int under_way = 0;

    devices::RobotState state() const override { return {.configured = configured}; }
    awaitable<void> check() override { co_return; }
    awaitable<void> speak(std::string text) override {
        ++under_way;
        EXPECT_EQ(under_way, 1);
        try {
            co_await clock_.sleep(takes);
        } catch (...) {
            --under_way;
            throw;
        }
        --under_way;
        if (text.starts_with("no")) {
            throw Failure(ErrorKind::ProviderBroke, "The robot refuses.");
        }
        said.push_back(std::move(text));
    }
    awaitable<void> act(devices::Action, std::optional<devices::Colour>) override { co_return; }

private:
    Clock& clock_;
};

class Speech : public testing::Test {
protected:
    void wait(Duration time) { clock.run_until(context, clock.now() + time); }

    bool logged(std::string_view words) const {
        return std::ranges::any_of(
            lines, [&](const std::string& line) { return line.find(words) != std::string::npos; });
    }

    VirtualClock clock;
    asio::io_context context;
    SlowRobot robot{clock};
    std::vector<std::string> lines;
    RobotSpeech speech{context.get_executor(), robot, clock, Log::into(lines, {})};
};

TEST_F(Speech, IsSaidInOrderOneAtATime) {
    robot.takes = 1s;
    speech.say("a", "One.");
    speech.say("b", "**Two**.");
    wait(1500ms);
    EXPECT_EQ(robot.said, (Words{"One."}));
    speech.say("c", "Three.");
    wait(2s);
    EXPECT_EQ(robot.said, (Words{"One.", "Two.", "Three."}));
    EXPECT_TRUE(logged("robot speaks  job=c"));
}

TEST_F(Speech, GoesOnAfterARefusal) {
    speech.say("a", "no");
    speech.say("b", "Yes.");
    wait(0s);
    EXPECT_EQ(robot.said, (Words{"Yes."}));
    EXPECT_TRUE(logged("robot does not speak  job=a"));
}

TEST_F(Speech, LeavesOutWhatIsTooOldAndWhatIsTooMuch) {
    robot.takes = 10s;
    for (std::size_t i = 0; i < RobotSpeech::capacity + 5; ++i) {
        speech.say(std::to_string(i), std::to_string(i));
        wait(0s);
    }
    wait(10min);
    // The first was being said, the next four had to make room, and only two came before it was too late.
    EXPECT_EQ(robot.said, (Words{"0", "5"}));
    EXPECT_TRUE(logged("too many wait"));
    EXPECT_TRUE(logged("it is too old"));
}

TEST_F(Speech, NeedsARobotAndWords) {
    speech.say("a", "```\ncode\n```");
    robot.configured = false;
    speech.say("b", "Hello.");
    wait(1s);
    EXPECT_TRUE(robot.said.empty());
    EXPECT_TRUE(lines.empty());
}

TEST_F(Speech, EndsWithTheServer) {
    robot.takes = 1h;
    speech.say("a", "One.");
    wait(1s);
    run_to_end(context, clock, speech.drain(5s), 6s);
    EXPECT_EQ(robot.under_way, 0);
    run_to_end(context, clock, speech.drain(5s), 1s);
    EXPECT_TRUE(robot.said.empty());
}

}  // namespace
}  // namespace repartee::surfaces::misty
