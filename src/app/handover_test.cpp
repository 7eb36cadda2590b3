#include "app/handover.h"

#include "base/task.h"
#include "base/test_loop.h"
#include "base/together.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace repartee::app {
namespace {

using testing::Optional;

template <class Story>
void run_in_loop(Story story) {
    asio::io_context context;
    run_to_end(context, story());
}

// A server that follows, and the line's other end.
struct Pair {
    explicit Pair(const Executor& executor) {
        auto ends = SuccessionLine::make().value();
        before.emplace(executor, std::move(ends.first));
        after.emplace(executor, std::move(ends.second));
    }
    std::optional<SuccessionLine> before;
    std::optional<Predecessor> after;
};

awaitable<void> hear_ready_and_give(SuccessionLine& line, std::string& heard) {
    auto words = co_await line.next();
    heard = words.value_or("nothing");
    line.say("in no hurry");  // what nobody knows means nothing
    line.say("yours");
}

TEST(Predecessor, GivesItsPlaceToWhoIsReady) {
    run_in_loop([]() -> awaitable<void> {
        auto executor = co_await asio::this_coro::executor;
        Pair pair(executor);
        std::string heard;
        Task before(executor, hear_ready_and_give(*pair.before, heard));
        Task listening(executor, pair.after->listen());
        bool is_ours = co_await pair.after->gives_place("");
        EXPECT_TRUE(is_ours);
        EXPECT_EQ(heard, "ready");
        co_await before.join();
        co_await listening.stop();
    });
}

TEST(Predecessor, HearsWhyNot) {
    run_in_loop([]() -> awaitable<void> {
        auto executor = co_await asio::this_coro::executor;
        Pair pair(executor);
        std::string heard;
        Task before(executor, hear_ready_and_give(*pair.before, heard));
        Task listening(executor, pair.after->listen());
        bool is_ours = co_await pair.after->gives_place("model: is\naway");
        EXPECT_TRUE(is_ours);
        EXPECT_EQ(heard, "unready: model: is away");
        co_await before.join();
        co_await listening.stop();
    });
}

TEST(Predecessor, ThatEndsGivesNothing) {
    run_in_loop([]() -> awaitable<void> {
        auto executor = co_await asio::this_coro::executor;
        Pair pair(executor);
        Task listening(executor, pair.after->listen());
        pair.before.reset();
        bool is_ours = co_await pair.after->gives_place("");
        EXPECT_FALSE(is_ours);
        EXPECT_TRUE(pair.after->has_ended());
        co_await listening.join();
    });
}

awaitable<void> answer_questions(SuccessionLine& line) {
    for (;;) {
        auto words = co_await line.next();
        if (!words) {
            co_return;
        }
        auto number = words->substr(4, words->find(' ', 4) - 4);
        auto path = words->substr(words->find('/'));
        line.say("told nonsense");
        line.say("told 999 {}");
        co_await line.tell("told " + number + (path == "/status/known" ? " {\"status\": \"done\"}" : ""));
    }
}

TEST(Predecessor, ThatWasSeenToEndGivesNothingEither) {
    run_in_loop([]() -> awaitable<void> {
        auto executor = co_await asio::this_coro::executor;
        Pair pair(executor);
        pair.before.reset();
        co_await pair.after->listen();
        EXPECT_TRUE(pair.after->has_ended());
        bool is_ours = co_await pair.after->gives_place("");
        EXPECT_FALSE(is_ours);
    });
}

TEST(Predecessor, IsAskedWhatOnlyItKnows) {
    run_in_loop([]() -> awaitable<void> {
        auto executor = co_await asio::this_coro::executor;
        Pair pair(executor);
        Task before(executor, answer_questions(*pair.before));
        Task listening(executor, pair.after->listen());
        auto known = co_await pair.after->ask("/status/known");
        EXPECT_THAT(known, Optional(std::string("{\"status\": \"done\"}")));
        auto unknown = co_await pair.after->ask("/status/unknown");
        EXPECT_FALSE(unknown);
        co_await before.stop();
        pair.before.reset();
        co_await pair.after->until_ended();
        auto late = co_await pair.after->ask("/status/known");
        EXPECT_FALSE(late);
        co_await listening.join();
    });
}

TEST(Predecessor, MayBeNobody) {
    run_in_loop([]() -> awaitable<void> {
        auto executor = co_await asio::this_coro::executor;
        Predecessor nobody(executor, Descriptor());
        EXPECT_FALSE(nobody.was_there());
        nobody.tell_to_end();
        co_await nobody.until_ended();
        co_await nobody.listen();
    });
}

}  // namespace
}  // namespace repartee::app
