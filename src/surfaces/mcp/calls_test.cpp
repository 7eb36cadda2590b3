#include "surfaces/mcp/calls.h"

#include "base/test_loop.h"
#include "mcp/tool.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace repartee::surfaces::mcp {
namespace {

using testing::HasSubstr;

awaitable<boost::json::object> succeed(Clock& clock, Duration after) {
    co_await clock.sleep(after);
    co_return rpc::text_result("done");
}

awaitable<boost::json::object> fail(ErrorKind kind) {
    throw Failure(kind, "it did not work out", "the inner reason");
    co_return boost::json::object{};
}

awaitable<boost::json::object> talk(Clock& clock, Tell tell) {
    tell("first");
    tell("too soon");
    co_await clock.sleep(1s);
    tell("second");
    co_await clock.sleep(11s);
    co_return rpc::text_result("done");
}

class McpCalls : public testing::Test {
protected:
    Calls::Order order(int id, Work work) {
        return {
            .who = "user/1", .session = "s", .id = std::int64_t{id}, .tool = "t", .work = std::move(work)};
    }
    Calls::Order quick(int id) {
        return order(id, [this](Tell) { return succeed(clock_, 1s); });
    }
    std::shared_ptr<Delivery> delivery() { return std::make_shared<Delivery>(context_.get_executor()); }

    static awaitable<std::vector<std::string>> all_of(std::shared_ptr<Delivery> delivery) {
        std::vector<std::string> frames;
        for (Piece piece; !piece.last;) {
            piece = co_await delivery->next();
            frames.push_back(piece.frame);
        }
        co_return frames;
    }

    void play(std::function<awaitable<void>()> act) { run_to_end(context_, clock_, act()); }

    asio::io_context context_;
    VirtualClock clock_;
    Metrics metrics_;
    Calls calls_{context_.get_executor(), {.of_one = 2, .of_all = 3}, clock_, Log::silent(), metrics_};
};

TEST_F(McpCalls, GiveTheirResult) {
    play([this]() -> awaitable<void> {
        auto way = delivery();
        calls_.begin(quick(7), way);
        auto frames = co_await all_of(way);
        EXPECT_EQ(frames.size(), 1U);
        EXPECT_THAT(frames.back(), HasSubstr(R"("id":7)"));
        EXPECT_THAT(frames.back(), HasSubstr("done"));
    });
}

TEST_F(McpCalls, TellTheModelOfFailuresAndNobodyOfBugs) {
    play([this]() -> awaitable<void> {
        auto way = delivery();
        calls_.begin(order(1, [](Tell) { return fail(ErrorKind::Unavailable); }), way);
        auto frames = co_await all_of(way);
        EXPECT_THAT(frames.back(), HasSubstr("it did not work out"));
        EXPECT_THAT(frames.back(), HasSubstr(R"("isError":true)"));

        way = delivery();
        calls_.begin(order(2, [](Tell) { return fail(ErrorKind::Internal); }), way);
        frames = co_await all_of(way);
        EXPECT_THAT(frames.back(), HasSubstr("-32603"));
        EXPECT_THAT(frames.back(), testing::Not(HasSubstr("work out")));
    });
}

TEST_F(McpCalls, SayHowFarTheyAreToWhoWantsToKnow) {
    play([this]() -> awaitable<void> {
        auto way = delivery();
        auto wanted = order(1, [this](Tell tell) { return talk(clock_, std::move(tell)); });
        wanted.progress_token = "p";
        calls_.begin(std::move(wanted), way);
        auto frames = co_await all_of(way);
        // Three that the tool told, two of our own in its silence, and the answer.
        EXPECT_EQ(frames.size(), 6U);
        EXPECT_THAT(frames[0], HasSubstr(R"("progress":1,"message":"first")"));
        EXPECT_THAT(frames[1], HasSubstr(R"("progress":2,"message":"too soon")"));
        EXPECT_THAT(frames[2], HasSubstr(R"("progress":3,"message":"second")"));
        EXPECT_THAT(frames[4], HasSubstr(R"("progress":5,"message":"Still at it.")"));

        way = delivery();
        calls_.begin(order(2, [this](Tell tell) { return talk(clock_, std::move(tell)); }), way);
        frames = co_await all_of(way);
        EXPECT_EQ(frames.size(), 1U);
    });
}

TEST_F(McpCalls, ThatAreCancelledGiveNoAnswer) {
    play([this]() -> awaitable<void> {
        auto way = delivery();
        calls_.begin(quick(1), way);
        calls_.cancel("another session", std::int64_t{1});
        calls_.cancel("s", std::int64_t{1});
        auto frames = co_await all_of(way);
        EXPECT_EQ(frames, std::vector<std::string>{""});

        way = delivery();
        calls_.give_up(calls_.begin(quick(1), way));
        frames = co_await all_of(way);
        EXPECT_EQ(frames, std::vector<std::string>{""});
    });
}

TEST_F(McpCalls, AreSoManyAtATime) {
    play([this]() -> awaitable<void> {
        auto first = delivery();
        auto second = delivery();
        auto third = delivery();
        calls_.begin(quick(1), first);
        calls_.begin(quick(2), second);
        calls_.begin(quick(3), third);
        auto refused = co_await all_of(third);
        EXPECT_THAT(refused.back(), HasSubstr("Too many calls"));
        auto done = co_await all_of(second);
        EXPECT_THAT(done.back(), HasSubstr("done"));
        third = delivery();
        calls_.begin(quick(3), third);
        done = co_await all_of(third);
        EXPECT_THAT(done.back(), HasSubstr("done"));
    });
}

TEST_F(McpCalls, OfOneSessionHaveAnIdEach) {
    play([this]() -> awaitable<void> {
        auto first = delivery();
        auto second = delivery();
        calls_.begin(quick(1), first);
        calls_.begin(quick(1), second);
        auto refused = co_await all_of(second);
        EXPECT_THAT(refused.back(), HasSubstr("-32600"));
        auto done = co_await all_of(first);
        EXPECT_THAT(done.back(), HasSubstr("done"));
    });
}

TEST_F(McpCalls, CanBeAskedForAgain) {
    play([this]() -> awaitable<void> {
        auto lost = delivery();
        auto wanted = quick(1);
        wanted.may_be_asked_for_again = true;
        auto number = calls_.begin(std::move(wanted), lost);

        auto stranger = delivery();
        calls_.ask_again("another session", number, stranger);
        auto nothing = co_await all_of(stranger);
        EXPECT_EQ(nothing, std::vector<std::string>{""});

        auto found = delivery();
        calls_.ask_again("s", number, found);
        auto frames = co_await all_of(found);
        EXPECT_EQ(frames.size(), 2U);
        EXPECT_THAT(frames.back(), HasSubstr("done"));

        auto later = delivery();
        calls_.ask_again("s", number, later);
        frames = co_await all_of(later);
        EXPECT_THAT(frames.back(), HasSubstr("done"));

        co_await clock_.sleep(Calls::kept_for + 1s);
        auto too_late = delivery();
        calls_.ask_again("s", number, too_late);
        nothing = co_await all_of(too_late);
        EXPECT_EQ(nothing, std::vector<std::string>{""});
    });
}

awaitable<boost::json::object> lose_the_client_at_the_end(Calls& calls, const std::uint64_t& number,
                                                          std::shared_ptr<Delivery> next) {
    calls.ask_again("s", number, std::move(next));
    co_return rpc::text_result("done");
}

TEST_F(McpCalls, CanBeAskedForAgainWhileTheirAnswerIsUnderWay) {
    play([this]() -> awaitable<void> {
        auto lost = delivery();
        auto found = delivery();
        std::uint64_t number = 0;
        auto wanted = order(1, [&](Tell) { return lose_the_client_at_the_end(calls_, number, found); });
        wanted.may_be_asked_for_again = true;
        number = calls_.begin(std::move(wanted), lost);
        auto frames = co_await all_of(found);
        EXPECT_THAT(frames.back(), HasSubstr("done"));
        frames = co_await all_of(lost);
        EXPECT_THAT(frames.back(), HasSubstr("done"));
    });
}

TEST_F(McpCalls, OfOnePersonLeaveRoomForThoseOfOthers) {
    play([this]() -> awaitable<void> {
        std::vector<std::uint64_t> numbers;
        for (std::size_t i = 0; i <= Calls::most_kept; ++i) {
            auto wanted = quick(static_cast<int>(i));
            wanted.may_be_asked_for_again = true;
            wanted.who = i == 0 ? "user/2" : "user/1";
            auto way = delivery();
            numbers.push_back(calls_.begin(std::move(wanted), way));
            co_await all_of(way);
        }
        std::size_t found = 0;
        for (auto number : numbers) {
            auto way = delivery();
            calls_.ask_again("s", number, way);
            auto frames = co_await all_of(way);
            found += frames.size() == 2 ? 1 : 0;
            EXPECT_TRUE(number != numbers.front() || frames.size() == 2);
        }
        EXPECT_EQ(found, Calls::most_kept_of_one + 1);
    });
}

TEST_F(McpCalls, HaveNumbersThatNoOtherServerGives) {
    Metrics metrics;
    Calls another(context_.get_executor(), {}, clock_, Log::silent(), metrics);
    play([&]() -> awaitable<void> {
        auto here = delivery();
        auto there = delivery();
        EXPECT_NE(calls_.begin(quick(1), here), another.begin(quick(1), there));
        co_await all_of(here);
        co_await all_of(there);
    });
}

TEST_F(McpCalls, EndBeforeTheServerDoes) {
    play([this]() -> awaitable<void> {
        auto soon = delivery();
        auto never = delivery();
        calls_.begin(quick(1), soon);
        calls_.begin(order(2, [this](Tell) { return succeed(clock_, 1h); }), never);
        co_await clock_.sleep(100ms);
        co_await calls_.drain(10s);
        auto done = co_await all_of(soon);
        EXPECT_THAT(done.back(), HasSubstr("done"));
        auto ended = co_await all_of(never);
        EXPECT_THAT(ended.back(), HasSubstr("stopping"));
        auto late = delivery();
        calls_.begin(quick(3), late);
        auto refused = co_await all_of(late);
        EXPECT_THAT(refused.back(), HasSubstr("stopping"));
    });
}

}  // namespace
}  // namespace repartee::surfaces::mcp
