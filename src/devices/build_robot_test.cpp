#include "base/test_loop.h"
#include "devices/catalogue.h"

#include <gtest/gtest.h>

namespace repartee::devices {

namespace {

class NamedRobot final : public Robot {
public:
    explicit NamedRobot(std::string name) : name_(std::move(name)) {}
    RobotState state() const override { return {.configured = true, .name = name_}; }
    awaitable<void> check() override { co_return; }
    awaitable<void> speak(std::string) override { co_return; }
    awaitable<void> act(Action, std::optional<Colour>) override { co_return; }

private:
    std::string name_;
};

Offer<Robot> offer(std::string kind, bool configured) {
    return {.kind = kind,
            .configured = [configured] { return configured; },
            .advice = "set " + kind,
            .create = [kind](const Surroundings&) { return std::make_unique<NamedRobot>(kind); }};
}

awaitable<void> try_all(Robot& robot, std::vector<Error>& failures) {
    co_await robot.check();
    try {
        co_await robot.speak("hello");
    } catch (const Failure& failure) {
        failures.push_back(failure.error());
    }
    try {
        co_await robot.act(Action::Nod, std::nullopt);
    } catch (const Failure& failure) {
        failures.push_back(failure.error());
    }
    co_await robot.close();
}

class BuildRobot : public testing::Test {
protected:
    std::unique_ptr<Robot> built(std::vector<Offer<Robot>> offers) {
        Catalogue catalogue;
        catalogue.robots = std::move(offers);
        return build_robot(catalogue, surroundings_);
    }

    asio::io_context context;

private:
    SystemClock clock_;
    net::HttpClient http_{clock_, nullptr};
    Surroundings surroundings_{context.get_executor(), clock_, Log::silent(), http_};
};

TEST_F(BuildRobot, TakesTheFirstThatIsConfigured) {
    EXPECT_EQ(built({offer("one", false), offer("two", true), offer("three", true)})->state().name, "two");
}

TEST_F(BuildRobot, WithoutOneThereIsARobotThatSaysWhatToDo) {
    auto robot = built({offer("one", false), offer("two", false)});
    EXPECT_FALSE(robot->state().configured);
    EXPECT_FALSE(robot->state().reachable);
    EXPECT_EQ(robot->state().detail, "No robot is configured: set one, or set two.");
    std::vector<Error> failures;
    run_to_end(context, try_all(*robot, failures));
    ASSERT_EQ(failures.size(), 2u);
    for (const auto& failure : failures) {
        EXPECT_EQ(failure.kind, ErrorKind::Unavailable);
        EXPECT_EQ(failure.message, "No robot is configured: set one, or set two.");
    }
}

TEST_F(BuildRobot, IsNeverNull) {
    EXPECT_EQ(built({})->state().detail, "No robot is configured.");
}

TEST(Actions, HaveNamesBothWays) {
    for (const auto& [name, action] : action_names) {
        EXPECT_EQ(action_named(name), action);
        EXPECT_EQ(name_of(action), name);
    }
    EXPECT_FALSE(action_named("Nod"));
    EXPECT_FALSE(action_named("jump"));
    EXPECT_FALSE(action_named(""));
}

}  // namespace

}  // namespace repartee::devices
