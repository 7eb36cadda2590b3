// Calls that are resumed, on a virtual clock, over a table in memory that several servers share.
#include "surfaces/media_stream/lifeline.h"

#include "base/task.h"
#include "surfaces/media_stream/live_calls.h"
#include "surfaces/media_stream/messages.h"

#include <gtest/gtest.h>

#include <map>

namespace repartee::surfaces::media_stream {
namespace {

using Kept = Lifeline::Kept;

// As the database is, and as it can be.
class Table final : public stores::ParkedCalls {
public:
    explicit Table(Clock& clock) : clock_(clock) {}

    Duration takes{0};
    bool is_away = false;
    int writes = 0;
    std::map<std::string, stores::ParkedCall> calls;

    awaitable<void> add(stores::ParkedCall call, std::int64_t) override {
        co_await answer();
        calls.try_emplace(call.token_hash, call);
    }
    awaitable<std::optional<stores::ParkedCall>> take(std::string hash, std::int64_t now_ms) override {
        co_await answer();
        auto known = calls.find(hash);
        if (known == calls.end() || known->second.expires_at_ms <= now_ms) {
            co_return std::nullopt;
        }
        ++known->second.epoch;
        co_return known->second;
    }
    awaitable<bool> keep(std::string hash, std::int64_t epoch, std::string state,
                         std::int64_t expires_at_ms) override {
        co_await answer();
        auto known = calls.find(hash);
        if (known == calls.end() || known->second.epoch != epoch) {
            co_return false;
        }
        ++writes;
        known->second.state = std::move(state);
        known->second.expires_at_ms = expires_at_ms;
        co_return true;
    }
    awaitable<void> erase(std::string hash, std::int64_t epoch) override {
        co_await answer();
        if (auto known = calls.find(hash); known != calls.end() && known->second.epoch == epoch) {
            calls.erase(known);
        }
    }
    awaitable<void> erase_expired(std::int64_t) override { co_return; }

private:
    awaitable<void> answer() {
        co_await clock_.sleep(takes);
        if (is_away) {
            throw Failure(ErrorKind::Unavailable, "The database is away.");
        }
    }
    Clock& clock_;
};

class LifelineTest : public testing::Test {
protected:
    template <class T>
    T run(awaitable<T> coroutine) {
        std::optional<T> result;
        Task task(context.get_executor(), keep_result(std::move(coroutine), result));
        context.restart();
        clock.run_until(context, clock.now() + 1min);
        return result.value();
    }
    template <class T>
    static awaitable<void> keep_result(awaitable<T> coroutine, std::optional<T>& result) {
        result = co_await std::move(coroutine);
    }
    static awaitable<bool> done(awaitable<void> coroutine) {
        co_await std::move(coroutine);
        co_return true;
    }

    std::int64_t now_ms() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(clock.wall().time_since_epoch()).count();
    }
    Lifeline::About about() const {
        return {.token = token, .agent = "repartee", .session = "call-1", .ends_at_ms = now_ms() + 300'000};
    }
    Lifeline lifeline() { return {table, clock, Log::silent(), about()}; }
    static conversation::Snapshot asked(std::string question) {
        conversation::Snapshot talk;
        talk.due.push_back({.text = std::move(question), .told = true});
        return talk;
    }
    std::optional<ParkedState> kept() {
        auto known = table.calls.find(hash_of(token));
        return known == table.calls.end() ? std::nullopt : parked_state_in(known->second.state, now_ms());
    }

    VirtualClock clock;
    asio::io_context context;
    Table table{clock};
    const std::string token = new_call_token();
};

TEST_F(LifelineTest, WhatIsKeptIsFoundByWhoeverComesBack) {
    auto here = lifeline();
    here.sent().number(user_text("what time is it"), SentEvents::Replay::Always);
    EXPECT_EQ(run(here.keep(asked("what time is it"), 250ms)), Kept::Yes);
    EXPECT_FALSE(table.calls.contains(token)) << "the token itself is nowhere";
    auto taken = run(table.take(hash_of(token), now_ms()));
    ASSERT_TRUE(taken);
    auto state = parked_state_in(taken->state, now_ms());
    ASSERT_TRUE(state);
    EXPECT_EQ(state->agent, "repartee");
    EXPECT_EQ(state->talk.due.at(0).text, "what time is it");
    auto there = lifeline();
    there.go_on(taken->epoch, state->last_number, state->events, 0);
    ASSERT_EQ(there.sent().unacknowledged().size(), 1U);
    EXPECT_EQ(there.sent().unacknowledged()[0].message,
              R"({"event_type":"user_text","text":"what time is it","seq":1})");
    EXPECT_EQ(run(there.keep({}, 250ms)), Kept::Yes);
}

TEST_F(LifelineTest, WhoeverHasLostTheCallWritesNothingMore) {
    auto here = lifeline();
    EXPECT_EQ(run(here.keep(asked("one"), 250ms)), Kept::Yes);
    auto taken = run(table.take(hash_of(token), now_ms()));
    auto there = lifeline();
    there.go_on(taken->epoch, 0, {}, 0);
    EXPECT_EQ(run(there.keep(asked("two"), 250ms)), Kept::Yes);
    EXPECT_EQ(run(here.keep(asked("three"), 250ms)), Kept::TakenOver);
    EXPECT_TRUE(here.is_taken_over());
    const auto writes = table.writes;
    EXPECT_EQ(run(here.park(asked("three"))), Kept::TakenOver);
    EXPECT_TRUE(run(done(here.erase())));
    EXPECT_EQ(table.writes, writes);
    EXPECT_EQ(kept()->talk.due.at(0).text, "two");
    EXPECT_TRUE(run(done(there.erase())));
    EXPECT_FALSE(kept());
}

TEST_F(LifelineTest, ADatabaseThatIsSlowIsNotWaitedFor) {
    auto call = lifeline();
    table.takes = 10s;
    const auto began = clock.now();
    std::optional<TimePoint> ended;
    std::optional<Kept> outcome;
    auto timed = [](Lifeline& line, Clock& time, std::optional<TimePoint>& at,
                    std::optional<Kept>& kept) -> awaitable<void> {
        kept = co_await line.keep({}, 250ms);
        at = time.now();
    };
    Task task(context.get_executor(), timed(call, clock, ended, outcome));
    clock.run_until(context, began + 1min);
    EXPECT_EQ(outcome, Kept::No);
    EXPECT_EQ(ended.value() - began, Duration(250ms));
    table.takes = 0ms;
    table.is_away = true;
    EXPECT_EQ(run(call.keep({}, 250ms)), Kept::No);
    table.is_away = false;
    EXPECT_EQ(run(call.keep(asked("now"), 250ms)), Kept::Yes);
    EXPECT_EQ(kept()->talk.due.at(0).text, "now");
}

TEST_F(LifelineTest, ALostLineIsWaitedForAsLongAsItIsWorth) {
    auto call = lifeline();
    run(call.keep({}, 250ms));
    EXPECT_EQ(table.calls.at(hash_of(token)).expires_at_ms, about().ends_at_ms - 60'000)
        << "the call's time is over then, a minute of which is gone";
    const auto now = now_ms();
    run(call.park({}));
    EXPECT_EQ(table.calls.at(hash_of(token)).expires_at_ms, now + time_to_come_back.count());
}

TEST(CallToken, IsKnownByItsShape) {
    EXPECT_TRUE(is_call_token(new_call_token()));
    EXPECT_NE(new_call_token(), new_call_token());
    EXPECT_FALSE(is_call_token("1"));
    EXPECT_FALSE(is_call_token(std::string(64, 'x')));
}

// --- one server ---

class LiveCallsTest : public testing::Test {
protected:
    using Place = std::unique_ptr<LiveCalls::Place>;

    // Holds the call until somebody else wants it, and then takes its time to leave.
    static awaitable<void> hold(LiveCalls& calls, Clock& clock, Duration to_leave, std::string name,
                                std::vector<std::string>& told) {
        auto place = co_await calls.enter("call", clock, 4s);
        told.push_back(name + " has it");
        co_await place->wanted();
        co_await clock.sleep(to_leave);
        told.push_back(name + " leaves");
    }

    VirtualClock clock;
    asio::io_context context;
    LiveCalls calls;
    std::vector<std::string> told;
};

TEST_F(LiveCallsTest, WhoComesBackWaitsForTheOldLineToLeave) {
    Task first(context.get_executor(), hold(calls, clock, 500ms, "the first", told));
    clock.run_until(context, TimePoint{} + 1s);
    Task second(context.get_executor(), hold(calls, clock, 10s, "the second", told));
    clock.run_until(context, TimePoint{} + 2s);
    EXPECT_EQ(told, (std::vector<std::string>{"the first has it", "the first leaves", "the second has it"}));
    Task third(context.get_executor(), hold(calls, clock, 0s, "the third", told));
    clock.run_until(context, TimePoint{} + 5s);
    EXPECT_EQ(told.size(), 3U) << "the second does not leave";
    clock.run_until(context, TimePoint{} + 7s);
    EXPECT_EQ(told.back(), "the third has it");
    clock.run_until(context, TimePoint{} + 20s);
    EXPECT_EQ(told.back(), "the second leaves");
    Task fourth(context.get_executor(), hold(calls, clock, 0s, "the fourth", told));
    clock.run_until(context, TimePoint{} + 21s);
    EXPECT_EQ(told.back(), "the fourth has it");
    fourth.cancel();
    clock.run_until(context, TimePoint{} + 22s);
}

TEST_F(LiveCallsTest, OfTwoWhoComeAtOnceTheLaterHasIt) {
    Task first(context.get_executor(), hold(calls, clock, 1s, "the first", told));
    clock.run_until(context, TimePoint{} + 1s);
    Task second(context.get_executor(), hold(calls, clock, 0s, "the second", told));
    Task third(context.get_executor(), hold(calls, clock, 0s, "the third", told));
    clock.run_until(context, TimePoint{} + 3s);
    EXPECT_EQ(told, (std::vector<std::string>{"the first has it", "the first leaves", "the second has it",
                                              "the second leaves", "the third has it"}));
    third.cancel();
    clock.run_until(context, TimePoint{} + 4s);
}

TEST_F(LiveCallsTest, WhoLeavesByItselfIsNotWaitedFor) {
    {
        Task alone(context.get_executor(), hold(calls, clock, 0s, "the first", told));
        clock.run_until(context, TimePoint{} + 1s);
        alone.cancel();
        clock.run_until(context, TimePoint{} + 2s);
    }
    Task next(context.get_executor(), hold(calls, clock, 0s, "the next", told));
    clock.run_until(context, TimePoint{} + 2s + 1ms);
    EXPECT_EQ(told, (std::vector<std::string>{"the first has it", "the next has it"}));
    next.cancel();
    clock.run_until(context, TimePoint{} + 3s);
}

}  // namespace
}  // namespace repartee::surfaces::media_stream
