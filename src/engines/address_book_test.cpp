#include "engines/address_book.h"

#include "base/task.h"
#include "base/test_loop.h"
#include "base/together.h"

#include <gmock/gmock.h>

#include <map>

namespace repartee::engines {
namespace {

using testing::ElementsAre;

TEST(Addresses, StandInAListWithCommasOrSpacesBetween) {
    EXPECT_THAT(addresses_in(" tcp://a:1, tcp://b:2,tcp://a:1\ttcp://c:3,"),
                ElementsAre("tcp://a:1", "tcp://b:2", "tcp://c:3"));
    EXPECT_TRUE(addresses_in(" , ").empty());
}

TEST(Addresses, AreShownWithoutWhatIsNobodysBusiness) {
    EXPECT_EQ(place_in("http://user:hush@a:1/v1?key=hush"), "a:1");
    EXPECT_EQ(place_in("a:1/v1"), "a:1");
    EXPECT_EQ(place_in("unix:///run/ear"), "unix:///run/ear");
}

TEST(ChooseAddress, TakesTheOneWithTheLeastInHandAndEqualsInTurn) {
    EXPECT_EQ(choose_address({{.busy = 2}, {.busy = 1}, {.busy = 3}}, 0), 1U);
    EXPECT_EQ(choose_address({{}, {}, {}}, 0), 0U);
    EXPECT_EQ(choose_address({{}, {}, {}}, 4), 1U);
}

TEST(ChooseAddress, KeepsToTheSlots) {
    EXPECT_EQ(choose_address({{.busy = 2, .slots = 2}, {.busy = 5}}, 0), 1U);
    EXPECT_EQ(choose_address({{.busy = 2, .slots = 2}, {.busy = 5, .slots = 5}}, 0), std::nullopt);
}

TEST(ChooseAddress, LeavesOutWhoIsOutUnlessAllAre) {
    const TimePoint soon = TimePoint{} + 1s;
    EXPECT_EQ(choose_address({{.out = true, .on_trial = true, .out_until = soon}, {.busy = 9}}, 0), 1U);
    // Full is no reason to ask one that is out: whoever comes waits.
    EXPECT_EQ(
        choose_address({{.out = true, .on_trial = true, .out_until = soon}, {.busy = 1, .slots = 1}}, 0),
        std::nullopt);
    EXPECT_EQ(choose_address({{.out = true, .on_trial = true, .out_until = soon + 1s},
                              {.out = true, .on_trial = true, .out_until = soon}},
                             0),
              1U);
}

TEST(ChooseAddress, GivesOneOnTrialOnePieceOfWork) {
    EXPECT_EQ(choose_address({{.on_trial = true}, {.busy = 3}}, 0), 0U);
    EXPECT_EQ(choose_address({{.busy = 1, .on_trial = true}, {.busy = 3}}, 0), 1U);
    EXPECT_EQ(choose_address({{.busy = 1, .on_trial = true}, {.busy = 3, .slots = 3}}, 0), std::nullopt);
}

TEST(ChooseAddress, GivesOneOnTrialMoreWhereNoneIsIn) {
    EXPECT_EQ(choose_address({{.busy = 2, .on_trial = true}, {.busy = 1, .on_trial = true}}, 0), 1U);
    EXPECT_EQ(choose_address({{.busy = 2, .slots = 2, .on_trial = true}}, 0), std::nullopt);
    EXPECT_EQ(choose_address({{.out = true, .on_trial = true}, {.busy = 1, .on_trial = true}}, 0), 1U);
}

TEST(ChooseAddress, DoesNotGoBackToWhereItHasFailedAndPrefersWhoKnowsTheLanguage) {
    EXPECT_EQ(choose_address({{.tried = true}, {.busy = 7}}, 0), 1U);
    EXPECT_EQ(choose_address({{.tried = true}}, 0), std::nullopt);
    EXPECT_EQ(choose_address({{.able = false}, {.busy = 7}}, 0), 1U);
    EXPECT_EQ(choose_address({{.able = false}, {.able = false}}, 0), 0U);
}

class Book : public testing::Test {
protected:
    Book() {
        a = book->enter("tcp://a:1", 2);
        b = book->enter("tcp://b:1", 2);
        both.addresses = {a, b};
    }

    asio::io_context context;
    VirtualClock clock;
    Metrics metrics;
    std::shared_ptr<AddressBook> book =
        std::make_shared<AddressBook>("recogniser", "wyoming", clock, metrics, Log::silent());
    std::size_t a = 0;
    std::size_t b = 0;
    AddressBook::Wanted both;
    const Error broke{ErrorKind::ProviderBroke, "broke off", {}};
};

TEST_F(Book, SpreadsWorkEvenly) {
    std::vector<int> taken(2);
    for (int time = 0; time < 100; ++time) {
        ++taken[book->try_take(both)->address()];  // given back at once
    }
    EXPECT_EQ(taken[0], 50);
    std::vector<AddressBook::Slot> slots;
    for (int time = 0; time < 4; ++time) {
        slots.push_back(std::move(*book->try_take(both)));
    }
    EXPECT_FALSE(book->try_take(both));
    EXPECT_EQ(book->facts(a).words, "a:1, 2 of 2 slots in use");
    EXPECT_EQ(book->facts(b).words, "b:1, 2 of 2 slots in use");
    slots.clear();
    EXPECT_EQ(book->facts(a).words, "a:1, 0 of 2 slots in use");
}

TEST_F(Book, WhoIsSlowGetsLess) {
    const auto slow = book->enter("tcp://slow:1", 0);
    const auto fast = book->enter("tcp://fast:1", 0);
    const AddressBook::Wanted wanted{.addresses = {slow, fast}};
    std::multimap<int, AddressBook::Slot> ends;  // by when
    std::map<std::size_t, int> taken;
    for (int now = 0; now < 1'000; ++now) {
        ends.erase(ends.begin(), ends.upper_bound(now));
        auto slot = book->try_take(wanted);
        ++taken[slot->address()];
        ends.emplace(now + (slot->address() == slow ? 30 : 10), std::move(*slot));
    }
    // In hand is the same of both, so a third of the speed means a third of the work.
    EXPECT_NEAR(taken[fast], 750, 50);
}

TEST_F(Book, AnAddressIsCountedOnceWhoeverEntersIt) {
    EXPECT_EQ(book->enter("tcp://a:1", 2), a);
    auto one = book->try_take({.addresses = {a}});
    auto other = book->try_take({.addresses = {a}});
    EXPECT_FALSE(book->try_take({.addresses = {a}}));
}

TEST_F(Book, WhoFailsIsOutForAWhileThatGrowsAndComesBackByItself) {
    book->try_take({.addresses = {a}})->failed(broke);
    EXPECT_FALSE(book->facts(a).in);
    EXPECT_EQ(book->facts(a).words, "a:1 is out (broke off)");
    for (int time = 0; time < 4; ++time) {
        EXPECT_EQ(book->try_take(both)->address(), b);
    }
    clock.run_until(context, clock.now() + 1s);
    // On trial: one piece of work.
    auto trial = book->try_take({.addresses = {a}});
    ASSERT_TRUE(trial);
    EXPECT_EQ(book->try_take(both)->address(), b);
    trial->failed(broke);
    trial.reset();
    clock.run_until(context, clock.now() + 1s);
    EXPECT_EQ(book->try_take(both)->address(), b);
    EXPECT_EQ(book->try_take(both)->address(), b);
    clock.run_until(context, clock.now() + 1s);
    book->try_take({.addresses = {a}})->works();
    EXPECT_TRUE(book->facts(a).in);
}

TEST_F(Book, ACheckPutsOneOutAndInAgain) {
    book->checked(a, false, "connection refused");
    EXPECT_EQ(book->try_take(both)->address(), b);
    EXPECT_EQ(book->try_take(both)->address(), b);
    book->checked(a, true, "");
    EXPECT_TRUE(book->facts(a).in);
}

TEST_F(Book, WhatWasAskedWrongIsNotTheAddressesFault) {
    auto slot = book->try_take({.addresses = {a}});
    slot->failed({ErrorKind::Unsupported, "no Latin here", {}});
    EXPECT_TRUE(book->facts(a).in);
}

awaitable<void> take_for(AddressBook& book, AddressBook::Wanted wanted, Duration patience, Clock& clock,
                         Duration hold, std::vector<std::string>& log, std::string name) {
    try {
        auto slot = co_await book.take(std::move(wanted), patience);
        log.push_back(name + " begins");
        co_await clock.sleep(hold);
        log.push_back(name + " ends");
    } catch (const Failure& failure) {
        log.push_back(name + " " + std::string(name_of(failure.error().kind)));
    }
}

TEST_F(Book, WhoFindsNoSlotWaitsInTurnAndNotForEver) {
    std::vector<std::string> log;
    AddressBook::Wanted only{.addresses = {a}};
    auto held = book->try_take(only);
    auto all = together(take_for(*book, only, 10s, clock, 5s, log, "first"),
                        take_for(*book, only, 10s, clock, 1s, log, "second"),
                        take_for(*book, only, 3s, clock, 1s, log, "third"));
    run_to_end(context, clock, std::move(all));
    EXPECT_THAT(log, ElementsAre("first begins", "third busy", "first ends", "second begins", "second ends"));
}

TEST_F(Book, AWaitThatIsCancelledLeavesItsTurnToTheNext) {
    std::vector<std::string> log;
    AddressBook::Wanted only{.addresses = {a}};
    auto one = book->try_take(only);
    auto other = book->try_take(only);
    std::optional<Task> waiting;
    waiting.emplace(context.get_executor(), take_for(*book, only, 10s, clock, 1s, log, "first"));
    Task next(context.get_executor(), take_for(*book, only, 10s, clock, 1s, log, "second"));
    clock.run_until(context, clock.now() + 1s);
    waiting->cancel();
    other.reset();
    clock.run_until(context, clock.now() + 5s);
    EXPECT_THAT(log, ElementsAre("second begins", "second ends"));
}

TEST_F(Book, ASlotGoesToTheFirstWhoCanUseIt) {
    std::vector<std::string> log;
    std::vector<AddressBook::Slot> of_a;
    std::vector<AddressBook::Slot> of_b;
    for (int time = 0; time < 2; ++time) {
        of_a.push_back(*book->try_take({.addresses = {a}}));
        of_b.push_back(*book->try_take({.addresses = {b}}));
    }
    AddressBook::Wanted elsewhere = both;
    elsewhere.tried = a;
    Task first(context.get_executor(), take_for(*book, elsewhere, 10s, clock, 1s, log, "first"));
    Task next(context.get_executor(), take_for(*book, both, 10s, clock, 1s, log, "second"));
    clock.run_until(context, clock.now() + 1s);
    of_a.clear();
    clock.run_until(context, clock.now() + 3s);
    EXPECT_THAT(log, ElementsAre("second begins", "second ends"));
    of_b.clear();
    clock.run_until(context, clock.now() + 3s);
    EXPECT_THAT(log, ElementsAre("second begins", "second ends", "first begins", "first ends"));
}

TEST_F(Book, WhoWaitsIsGivenOneThatMayBeTriedAgain) {
    std::vector<std::string> log;
    book->checked(a, false, "connection refused");
    const auto one = book->try_take({.addresses = {b}});
    const auto other = book->try_take({.addresses = {b}});
    Task waiting(context.get_executor(), take_for(*book, both, 10s, clock, 1s, log, "first"));
    clock.run_until(context, clock.now() + 500ms);
    EXPECT_THAT(log, testing::IsEmpty());
    clock.run_until(context, clock.now() + 600ms);
    EXPECT_THAT(log, ElementsAre("first begins"));
    clock.run_until(context, clock.now() + 1s);
}

}  // namespace
}  // namespace repartee::engines
