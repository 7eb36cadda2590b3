#include "capacity/crowd.h"

#include <gtest/gtest.h>

namespace repartee::capacity {
namespace {

using namespace std::chrono_literals;

struct Hall {
    void look(std::chrono::milliseconds time, double pressure, std::size_t count) {
        for (auto passed = 0ms; passed < time; passed += 250ms) {
            now += 250ms;
            crowd.look(pressure, count, now);
        }
    }
    Crowd crowd;
    TimePoint now{1h};
};

TEST(Crowd, HasRoomForAnyAsLongAsTheyAreWellServed) {
    Hall hall;
    hall.look(60s, 0.9, 100);
    EXPECT_TRUE(hall.crowd.has_room(100'000));
}

TEST(Crowd, HasRoomForFewerUnderPressure) {
    Hall hall;
    hall.look(1s, 1.1, 100);
    EXPECT_FALSE(hall.crowd.has_room(95));
    EXPECT_TRUE(hall.crowd.has_room(85));
    hall.look(1s, 1.1, 98);
    EXPECT_TRUE(hall.crowd.has_room(85)) << "before it is known what that helped";
}

TEST(Crowd, LetsSomebodyInForWhoLeaves) {
    Hall hall;
    hall.look(1s, 1.02, 100);
    EXPECT_TRUE(hall.crowd.has_room(94));
}

TEST(Crowd, HasFewerAsLongAsThePressureStays) {
    Hall hall;
    hall.look(6s, 5, 100);
    EXPECT_FALSE(hall.crowd.has_room(70));
    EXPECT_TRUE(hall.crowd.has_room(40));
    hall.look(60s, 5, 10);
    EXPECT_TRUE(hall.crowd.has_room(0)) << "one is always served";
}

TEST(Crowd, GrowsSlowlyAgain) {
    Hall hall;
    hall.look(1s, 2, 20);
    EXPECT_FALSE(hall.crowd.has_room(14));
    hall.look(10s, 0.5, 14);
    EXPECT_TRUE(hall.crowd.has_room(14));
    EXPECT_FALSE(hall.crowd.has_room(16));
}

TEST(Crowd, IsForgottenWhenItHasGone) {
    Hall hall;
    hall.look(1s, 2, 100);
    hall.look(60s, 0.1, 0);
    EXPECT_TRUE(hall.crowd.has_room(1000));
}

}  // namespace
}  // namespace repartee::capacity
