#include "base/together.h"

#include "base/test_loop.h"

namespace repartee {
namespace {

awaitable<void> sleep_then_note(Clock& clock, Duration time, int number, std::vector<int>& notes) {
    co_await clock.sleep(time);
    notes.push_back(number);
}

awaitable<void> sleep_then_fail(Clock& clock, Duration time) {
    co_await clock.sleep(time);
    throw Failure(ErrorKind::ProviderBroke, "broke");
}

TEST(Together, WaitsForAll) {
    asio::io_context context;
    VirtualClock clock;
    std::vector<int> notes;
    run_to_end(context, clock,
               together(sleep_then_note(clock, 2s, 2, notes), sleep_then_note(clock, 1s, 1, notes)));
    EXPECT_EQ(notes, (std::vector{1, 2}));
}

TEST(Together, TheFirstFailureCancelsTheOthersAndIsThrown) {
    asio::io_context context;
    VirtualClock clock;
    std::vector<int> notes;
    auto began = clock.now();
    std::string message;
    auto run = [](Clock& c, std::vector<int>& n, std::string& m, TimePoint start) -> awaitable<void> {
        try {
            co_await together(sleep_then_note(c, 1h, 1, n), sleep_then_fail(c, 1s));
        } catch (const Failure& failure) {
            m = failure.what();
        }
        EXPECT_EQ(c.now() - start, 1s);
    };
    run_to_end(context, clock, run(clock, notes, message, began), 2h);
    EXPECT_EQ(message, "broke");
    EXPECT_TRUE(notes.empty());
}

TEST(FirstOf, TheFirstToEndWins) {
    asio::io_context context;
    VirtualClock clock;
    std::vector<int> notes;
    auto run = [](Clock& c, std::vector<int>& n) -> awaitable<void> {
        auto winner = co_await first_of(sleep_then_note(c, 2s, 2, n), sleep_then_note(c, 1s, 1, n));
        EXPECT_EQ(winner, 1U);
    };
    run_to_end(context, clock, run(clock, notes));
    EXPECT_EQ(notes, (std::vector{1}));
}

awaitable<int> answer_after(Clock& clock, Duration time) {
    co_await clock.sleep(time);
    co_return 42;
}

TEST(WithDeadline, GivesTheResultInTime) {
    asio::io_context context;
    VirtualClock clock;
    auto run = [](Clock& c) -> awaitable<void> {
        Error late{ErrorKind::ProviderLate, "late", {}};
        EXPECT_EQ(co_await with_deadline(c, 2s, answer_after(c, 1s), std::move(late)), 42);
    };
    run_to_end(context, clock, run(clock));
}

TEST(WithDeadline, ThrowsWhenLate) {
    asio::io_context context;
    VirtualClock clock;
    ErrorKind kind{};
    auto run = [](Clock& c, ErrorKind& k) -> awaitable<void> {
        try {
            Error late{ErrorKind::ProviderLate, "late", {}};
            co_await with_deadline(c, 1s, answer_after(c, 2s), std::move(late));
        } catch (const Failure& failure) {
            k = failure.error().kind;
        }
    };
    run_to_end(context, clock, run(clock, kind));
    EXPECT_EQ(kind, ErrorKind::ProviderLate);
}

// Like a commit: once begun it is finished, whoever has lost patience.
awaitable<void> finish_all_the_same(Clock& clock, Duration time, bool& done) {
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    co_await clock.sleep(time);
    done = true;
}

TEST(WithDeadline, WhatWasDoneAllTheSameIsNotCalledLate) {
    asio::io_context context;
    VirtualClock clock;
    bool done = false;
    auto run = [](Clock& c, bool& d) -> awaitable<void> {
        Error late{ErrorKind::ProviderLate, "late", {}};
        co_await with_deadline(c, 1s, finish_all_the_same(c, 2s, d), std::move(late));
    };
    run_to_end(context, clock, run(clock, done));
    EXPECT_TRUE(done);
}

}  // namespace
}  // namespace repartee
