// The doorbell of several servers over one Redis: stores/doorbell.h.
#include "stores/doorbell.h"
#include "trial_redis.h"

#include <atomic>

namespace repartee::stores {
namespace {

class RedisDoorbells : public testing::Test {
protected:
    std::unique_ptr<SessionShelf> open() { return trial.open(house.surroundings()); }
    void ring(SessionShelf& server, const std::string& what) { house.run(server.doorbell()->ring(what)); }
    // Rings until somebody hears: a connection that is being made hears nothing yet.
    void ring_until(SessionShelf& server, const std::string& what, const std::atomic<int>& heard, int times) {
        for (int attempt = 0; attempt < 200 && heard < times; ++attempt) {
            ring(server, what);
            const auto until = std::chrono::steady_clock::now() + 50ms;
            house.run_until([&] { return heard >= times || std::chrono::steady_clock::now() >= until; });
        }
        EXPECT_GE(heard, times);
    }
    void until(const std::function<bool()>& done) { house.run_until(done); }

    StoresHouse house;
    TrialRedis trial;
};

TEST_F(RedisDoorbells, WakeTheOtherServersThatListenForIt) {
    auto one = open();
    auto other = open();
    std::atomic<int> misty = 0;
    std::atomic<int> else_ = 0;
    const auto first = one->doorbell()->listen("misty", [&] { ++misty; });
    const auto second = other->doorbell()->listen("else", [&] { ++else_; });
    until([&] { return misty > 0 && else_ > 0; });  // somebody may have rung before they listened
    const int before = else_;
    ring_until(*other, "misty", misty, misty + 1);
    ring_until(*other, "misty", misty, misty + 1);
    EXPECT_EQ(else_, before);
}

TEST_F(RedisDoorbells, AreHeardAgainOnceRedisIsBack) {
    auto server = open();
    std::atomic<int> heard = 0;
    const auto listening = server->doorbell()->listen("misty", [&] { ++heard; });
    until([&] { return heard > 0; });
    tell_servers("redis stop");
    ring(*server, "misty");  // into the void, and nothing is thrown
    const int before = heard;
    tell_servers("redis start");
    until([&] { return heard > before; });  // something may have been lost
    ring_until(*server, "misty", heard, heard + 1);
}

TEST_F(RedisDoorbells, AreSilentOnceNobodyListens) {
    auto server = open();
    std::atomic<int> heard = 0;
    auto listening = server->doorbell()->listen("misty", [&] { ++heard; });
    std::atomic<int> other = 0;
    const auto still_there = server->doorbell()->listen("misty", [&] { ++other; });
    ring_until(*server, "misty", heard, 2);
    listening.reset();
    const int before = heard;
    ring_until(*server, "misty", other, other + 2);
    EXPECT_EQ(heard, before);
}

}  // namespace
}  // namespace repartee::stores
