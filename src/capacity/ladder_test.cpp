#include "capacity/ladder.h"

#include <gtest/gtest.h>

namespace repartee::capacity {
namespace {

using namespace std::chrono_literals;

// Turns the hands and shows the ladder the same for a while.
struct Scene {
    explicit Scene(CapacitySettings the_settings = {})
        : settings(std::move(the_settings)), ladder(settings) {}

    void show(std::chrono::milliseconds time, Sight sight) {
        sight.elapsed = 250ms;
        sight.cores = 2;
        for (auto passed = 0ms; passed < time; passed += 250ms) {
            now += 250ms;
            auto before = ladder.step();
            if (ladder.look(sight, now) != before) {
                steps.push_back(ladder.step());
            }
        }
    }

    CapacitySettings settings;
    Ladder ladder;
    TimePoint now{1h};
    std::vector<Step> steps;
};

Sight using_cores(double used) {
    return {.used = used};
}

TEST(Ladder, DoesEverythingWhileThereIsRoom) {
    Scene scene;
    scene.show(60s, using_cores(1.2));
    EXPECT_EQ(scene.ladder.step(), Step::Everything);
    EXPECT_TRUE(scene.ladder.reason().empty());
}

TEST(Ladder, TakesOneStepAfterTheOther) {
    Scene scene;
    scene.show(10s, using_cores(1.98));
    std::vector<Step> wanted{Step::NoPartials, Step::ShortClauses, Step::Refusing};
    EXPECT_EQ(scene.steps, wanted);
    EXPECT_EQ(scene.ladder.reason(), "the processor has much to do");
}

TEST(Ladder, AsksTheSmallModelWhereThereIsOne) {
    CapacitySettings settings;
    settings.small_model = "ollama";
    Scene scene(settings);
    scene.show(10s, using_cores(1.98));
    std::vector<Step> wanted{Step::NoPartials, Step::ShortClauses, Step::SmallModel, Step::Refusing};
    EXPECT_EQ(scene.steps, wanted);
}

TEST(Ladder, StandsStillWhereTheLoadDoes) {
    Scene scene;
    scene.show(60s, using_cores(1.4));  // 0.735 of what is borne
    EXPECT_EQ(scene.steps, std::vector<Step>{Step::NoPartials});
    scene.show(60s, using_cores(1.2));  // below the mark, and not well below
    EXPECT_EQ(scene.ladder.step(), Step::NoPartials);
}

TEST(Ladder, DoesNotWaverWithALoadThatDoes) {
    Scene scene;
    for (int i = 0; i < 60; ++i) {
        scene.show(1s, using_cores(1.9));
        scene.show(1s, using_cores(0.9));
    }
    EXPECT_LE(scene.steps.size(), 1U);
}

TEST(Ladder, GoesBackStepByStepWhenItIsCalm) {
    Scene scene;
    scene.show(10s, using_cores(1.98));
    scene.steps.clear();
    scene.show(40s, using_cores(0.1));
    std::vector<Step> wanted{Step::ShortClauses, Step::NoPartials, Step::Everything};
    EXPECT_EQ(scene.steps, wanted);
    EXPECT_TRUE(scene.ladder.reason().empty());
}

TEST(Ladder, AdmitsSoonAgain) {
    Scene scene;
    scene.show(10s, using_cores(1.98));
    ASSERT_EQ(scene.ladder.step(), Step::Refusing);
    scene.show(4s, using_cores(1.2));
    EXPECT_LT(scene.ladder.step(), Step::Refusing);
}

TEST(Ladder, DoesNotWaitWhenTheLoopsStandStill) {
    Scene scene;
    scene.show(500ms, {.used = 0.5, .lag = 400ms});
    EXPECT_EQ(scene.ladder.step(), Step::Refusing);
    EXPECT_EQ(scene.ladder.reason(), "the server is late with what is due");
}

TEST(Ladder, OneLateMomentIsNoRush) {
    Scene scene;
    scene.show(10s, using_cores(0.5));
    scene.show(250ms, {.used = 0.5, .lag = 120ms});
    scene.show(10s, using_cores(0.5));
    EXPECT_TRUE(scene.steps.empty());
}

TEST(Ladder, SeesWorkWaitForEngines) {
    Scene scene;
    scene.show(20s, {.used = 0.1, .waits = 10, .waited = 9s});
    EXPECT_EQ(scene.ladder.step(), Step::Refusing);
    EXPECT_EQ(scene.ladder.pressure().greatest(), Source::Engines);
}

TEST(Ladder, SeesMemoryRunOut) {
    Scene scene;
    scene.show(5s, {.used = 0.1, .memory = 100.0 * (1 << 20)});
    EXPECT_EQ(scene.ladder.step(), Step::Refusing);
    EXPECT_EQ(scene.ladder.reason(), "little memory is free");
}

TEST(Ladder, NeverDoesMoreThanTheSettingsWant) {
    CapacitySettings settings;
    settings.least_step = "no_partials";
    Scene scene(settings);
    EXPECT_EQ(scene.ladder.step(), Step::NoPartials);
    scene.show(10s, using_cores(1.98));
    EXPECT_EQ(scene.ladder.step(), Step::Refusing);
    scene.show(60s, using_cores(0.1));
    EXPECT_EQ(scene.ladder.step(), Step::NoPartials);
    EXPECT_EQ(scene.ladder.reason(), "the settings say so");
}

}  // namespace
}  // namespace repartee::capacity
