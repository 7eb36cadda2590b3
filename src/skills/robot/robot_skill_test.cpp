#include "skills/robot/robot_skill.h"

#include "skills/try_skill.h"

#include <gtest/gtest.h>

namespace repartee::skills::robot {
namespace {

class NotingRobot final : public devices::Robot {
public:
    devices::RobotState known{.configured = true};
    std::vector<std::pair<devices::Action, std::optional<devices::Colour>>> acts;
    std::optional<Error> trouble;

    devices::RobotState state() const override { return known; }
    awaitable<void> check() override { co_return; }
    awaitable<void> speak(std::string) override { co_return; }
    awaitable<void> act(devices::Action action, std::optional<devices::Colour> colour) override {
        if (trouble) {
            throw Failure(*trouble);
        }
        acts.emplace_back(action, colour);
        co_return;
    }
};

TEST(RobotSkill, DoesTheTenActions) {
    NotingRobot robot;
    RobotSkill skill(&robot);
    for (const auto& [name, action] : devices::action_names) {
        auto result = try_skill(skill, boost::json::serialize(boost::json::object{{"action", name}}));
        EXPECT_TRUE(result.text.starts_with("The robot")) << name;
        EXPECT_EQ(robot.acts.back().first, action);
    }
    EXPECT_EQ(skill.manners().effect, EffectClass::Commits);
}

TEST(RobotSkill, KnowsColours) {
    NotingRobot robot;
    RobotSkill skill(&robot);
    try_skill(skill, R"({"action":"led_color","color":"Red"})");
    EXPECT_EQ(robot.acts.at(0).second, (devices::Colour{255, 0, 0}));
    EXPECT_EQ(read_colour("#ff8001"), (devices::Colour{255, 128, 1}));
    for (const auto* text : {"", "#", "#12345", "#12345g", "#1234567", "puce", "#-12345"}) {
        EXPECT_EQ(read_colour(text), std::nullopt) << text;
    }
    EXPECT_EQ(try_skill(skill, R"({"action":"led_color","color":"puce"})").text,
              "I do not know that colour.");
    EXPECT_EQ(robot.acts.size(), 1U);
}

TEST(RobotSkill, OwnsUpToHavingNoRobot) {
    RobotSkill without(nullptr);
    EXPECT_EQ(try_skill(without, R"({"action":"nod"})").text, "There is no robot here.");
    NotingRobot robot;
    robot.known.configured = false;
    RobotSkill absent(&robot);
    EXPECT_EQ(try_skill(absent, R"({"action":"nod"})").text, "There is no robot here.");
    EXPECT_THROW(try_skill(absent, R"({"action":"fly"})"), Failure);
}

TEST(RobotSkill, PassesOnWhatWentWrong) {
    NotingRobot robot;
    robot.trouble = Error{ErrorKind::ProviderLate, "The robot does not answer.", {}};
    RobotSkill skill(&robot);
    EXPECT_THROW(try_skill(skill, R"({"action":"nod"})"), Failure);
}

}  // namespace
}  // namespace repartee::skills::robot
