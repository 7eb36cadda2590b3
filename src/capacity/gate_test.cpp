#include "capacity/gate.h"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace repartee::capacity {
namespace {

using namespace std::chrono_literals;

struct House {
    explicit House(CapacitySettings settings) : gate(std::move(settings), clock, Log::silent(), metrics) {}

    void pass(std::chrono::milliseconds time) { clock.run_until(context, clock.now() + time); }

    // As the watch does it, while what is in hand costs so much.
    void look(std::chrono::seconds time, double used, double cores = 2) {
        for (auto passed = 0ms; passed < time; passed += 250ms) {
            pass(250ms);
            Sight sight{.elapsed = 250ms, .cores = cores, .used = used};
            gate.look(sight);
        }
    }

    std::vector<Ticket> call(std::size_t count) {
        std::vector<Ticket> tickets;
        for (std::size_t i = 0; i < count; ++i) {
            if (auto ticket = gate.admit(Work::Call)) {
                tickets.push_back(std::move(*ticket));
            }
        }
        return tickets;
    }

    std::size_t calls() const { return gate.standing().in_hand[0]; }

    asio::io_context context;
    VirtualClock clock;
    Metrics metrics;
    Gate gate;
};

CapacitySettings at_most(std::int64_t calls) {
    return {.mode = "fixed", .calls = calls};
}

TEST(Gate, TakesOnAsManyAsMayBe) {
    House house(at_most(2));
    auto tickets = house.call(3);
    EXPECT_EQ(tickets.size(), 2U);
    EXPECT_FALSE(house.gate.standing().takes_calls);
    tickets.pop_back();
    EXPECT_TRUE(house.gate.standing().takes_calls);
    EXPECT_EQ(house.call(1).size(), 1U);
}

TEST(Gate, SaysWhenToComeBack) {
    House house(at_most(1));
    auto ticket = house.call(1);
    auto refused = house.gate.admit(Work::Call);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Busy);
    EXPECT_FALSE(refused.error().message.empty());
    EXPECT_GE(refused.error().come_back_in_seconds, 1);
    EXPECT_LE(refused.error().come_back_in_seconds, 30);
}

TEST(Gate, SendsManyAwayForLongerThanOne) {
    House house(at_most(100));
    auto tickets = house.call(100);
    auto first = house.gate.refusal(Work::Call)->come_back_in_seconds;
    for (int i = 0; i < 30; ++i) {
        house.gate.refusal(Work::Call);
    }
    EXPECT_GT(house.gate.refusal(Work::Call)->come_back_in_seconds, first);
}

TEST(Gate, GivesPlacesBackHoweverTicketsEnd) {
    House house(at_most(2));
    auto first = house.gate.admit(Work::Call);
    {
        auto second = std::move(*first);
        EXPECT_TRUE(second);
        EXPECT_FALSE(*first);
        EXPECT_EQ(house.calls(), 1U);
        Ticket third;
        third = std::move(second);
        EXPECT_EQ(house.calls(), 1U);
    }
    EXPECT_EQ(house.calls(), 0U);
}

TEST(Gate, TicketsMayOutliveIt) {
    Ticket ticket;
    asio::io_context context;
    VirtualClock clock;
    Metrics metrics;
    {
        Gate gate({}, clock, Log::silent(), metrics);
        ticket = std::move(*gate.admit(Work::Turn));
    }
    EXPECT_TRUE(ticket);
    ticket = {};
    EXPECT_FALSE(ticket);
}

TEST(Gate, CountsKindsOfWorkApart) {
    House house({.mode = "fixed", .calls = 1, .turns = 1, .chats = 1});
    auto call = house.gate.admit(Work::Call);
    auto turn = house.gate.admit(Work::Turn);
    auto chat = house.gate.admit(Work::Chat);
    EXPECT_TRUE(call && turn && chat);
    EXPECT_FALSE(house.gate.admit(Work::Turn));
    EXPECT_FALSE(house.gate.refusal(Work::Job));
}

TEST(Gate, HoldsAPlaceDuringTheHandshake) {
    House house(at_most(1));
    EXPECT_FALSE(house.gate.reserve(Work::Call, "a"));
    EXPECT_TRUE(house.gate.reserve(Work::Call, "b"));
    auto ticket = house.gate.take_up(Work::Call, "a");
    EXPECT_TRUE(ticket);
    EXPECT_EQ(house.calls(), 1U);
}

TEST(Gate, HoldsItNoLonger) {
    House house(at_most(1));
    EXPECT_FALSE(house.gate.reserve(Work::Call, "a"));
    house.pass(16s);
    EXPECT_FALSE(house.gate.reserve(Work::Call, "b"));
    EXPECT_EQ(house.calls(), 1U);
    // Whoever was so slow was told to come in all the same.
    auto late = house.gate.take_up(Work::Call, "a");
    EXPECT_TRUE(late);
    EXPECT_EQ(house.calls(), 2U);
}

TEST(Gate, LetsThoseInFirstWhoComeBack) {
    House house(at_most(10));
    auto tickets = house.call(10);
    EXPECT_FALSE(house.gate.admit(Work::Call));
    auto back = house.gate.admit(Work::Call, Claim::Resumed);
    EXPECT_TRUE(back);
    auto another = house.gate.admit(Work::Call, Claim::Resumed);
    EXPECT_TRUE(another);
    EXPECT_FALSE(house.gate.admit(Work::Call, Claim::Resumed));
}

TEST(Gate, TakesOnWhatThereIsRoomFor) {
    House house({});
    house.look(1s, 0);
    std::vector<Ticket> tickets;
    // Calls of 0.05 cores each; of two cores 1.7 may be used, so 34 are enough.
    for (int i = 0; i < 60; ++i) {
        auto more = house.call(5);
        std::ranges::move(more, std::back_inserter(tickets));
        house.look(1s, std::min(2.0, 0.05 * static_cast<double>(tickets.size())));
    }
    EXPECT_GE(tickets.size(), 31U);
    EXPECT_LE(tickets.size(), 35U);
    EXPECT_LT(house.gate.step(), Step::Refusing);
    EXPECT_GE(house.gate.step(), Step::ShortClauses);
}

TEST(Gate, ARushAtTheBeginningIsNotTakenOnWhole) {
    House house({});
    house.look(1s, 0);
    EXPECT_LE(house.call(500).size(), 20U);
}

TEST(Gate, UnderPressureOneComesForOneWhoLeavesAndThereGetFewer) {
    House house({});
    house.look(1s, 0);
    auto tickets = house.call(15);
    ASSERT_EQ(tickets.size(), 15U);
    for (int i = 0; i < 40; ++i) {
        house.pass(250ms);
        house.gate.look({.elapsed = 250ms, .cores = 2, .used = 0.3, .waits = 4, .waited = 1300ms});
    }
    EXPECT_EQ(house.gate.step(), Step::Refusing);
    EXPECT_FALSE(house.gate.standing().takes_calls);
    auto refused = house.gate.admit(Work::Call);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().detail, "work waits for a place at an engine");
    tickets.resize(8);
    EXPECT_TRUE(house.gate.standing().takes_calls);
    tickets.clear();
    EXPECT_EQ(house.call(1).size(), 1U);
}

TEST(Gate, AnIdleServerTakesOneOnWhateverItCosts) {
    House house({});
    house.look(1s, 0, 0.1);
    EXPECT_EQ(house.call(1).size(), 1U);
}

TEST(Gate, NobodyIsRefusedWhereThatIsOff) {
    House house({.mode = "off", .calls = 1});
    house.look(10s, 2.0);
    EXPECT_EQ(house.call(5).size(), 5U);
    EXPECT_EQ(house.gate.step(), Step::Everything);
}

TEST(Gate, TellsOfRefusalsAndNotOfEach) {
    std::vector<std::string> lines;
    VirtualClock clock;
    asio::io_context context;
    Metrics metrics;
    Gate gate(at_most(1), clock, Log::into(lines, {}), metrics);
    auto ticket = gate.admit(Work::Call);
    for (int i = 0; i < 1000; ++i) {
        gate.refusal(Work::Call);
    }
    EXPECT_EQ(lines.size(), 1U);
    clock.run_until(context, clock.now() + 11s);
    gate.look({.elapsed = 11s});
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_NE(lines[1].find("999"), std::string::npos);
}

}  // namespace
}  // namespace repartee::capacity
