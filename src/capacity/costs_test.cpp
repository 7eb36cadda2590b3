#include "capacity/costs.h"

#include <gtest/gtest.h>

namespace repartee::capacity {
namespace {

constexpr auto look = std::chrono::milliseconds(250);

void work_for(Costs& costs, std::chrono::seconds time, double used,
              const std::array<double, work_count>& in_hand) {
    for (auto passed = std::chrono::milliseconds(0); passed < time; passed += look) {
        costs.learn(used, in_hand, look);
    }
}

TEST(Costs, OfOneKindAreWhatIsUsedByEach) {
    Costs costs;
    work_for(costs, std::chrono::seconds(60), 0.5, {10, 0, 0, 0});
    EXPECT_NEAR(costs.of(Work::Call), 0.05, 0.003);
    EXPECT_NEAR(costs.of_all({20, 0, 0, 0}), 1.0, 0.06);
}

TEST(Costs, OfCheapCallsAreLearntWithinSeconds) {
    Costs costs;
    auto first = costs.of(Work::Call);
    work_for(costs, std::chrono::seconds(5), 0.017, {17, 0, 0, 0});
    EXPECT_LT(costs.of(Work::Call), first / 3);
}

TEST(Costs, AreNotThoseOfAnIdleServer) {
    Costs costs;
    work_for(costs, std::chrono::seconds(100), 0.2, {0, 0, 0, 0});
    work_for(costs, std::chrono::seconds(20), 0.7, {10, 0, 0, 0});
    EXPECT_NEAR(costs.of(Work::Call), 0.06, 0.015);
}

TEST(Costs, OfTwoKindsAreToldApartWhenTheyTakeTurns) {
    Costs costs;
    for (int i = 0; i < 30; ++i) {
        work_for(costs, std::chrono::seconds(2), 0.10, {10, 0, 0, 0});
        work_for(costs, std::chrono::seconds(2), 0.40, {0, 2, 0, 0});
    }
    EXPECT_NEAR(costs.of(Work::Call), 0.01, 0.003);
    EXPECT_NEAR(costs.of(Work::Turn), 0.2, 0.03);
    EXPECT_NEAR(costs.of_all({10, 2, 0, 0}), 0.5, 0.06);
}

TEST(Costs, ChangeWithWhatWorkTakes) {
    Costs costs;
    work_for(costs, std::chrono::seconds(60), 1.0, {10, 0, 0, 0});
    work_for(costs, std::chrono::seconds(60), 0.2, {10, 0, 0, 0});
    EXPECT_NEAR(costs.of(Work::Call), 0.02, 0.01);
}

TEST(Costs, AreNeverNothing) {
    Costs costs;
    work_for(costs, std::chrono::seconds(600), 0.0, {10, 0, 0, 0});
    EXPECT_GT(costs.of(Work::Call), 0);
    work_for(costs, std::chrono::seconds(60), 1.0, {10, 0, 0, 0});
    EXPECT_GT(costs.of(Work::Call), 0.05);
}

}  // namespace
}  // namespace repartee::capacity
