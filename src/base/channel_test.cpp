#include "base/channel.h"

#include "base/task.h"
#include "base/test_loop.h"
#include "base/together.h"

namespace repartee {
namespace {

awaitable<void> push_three(Channel<int>& channel, std::vector<int>& pushed) {
    for (int i = 1; i <= 3; ++i) {
        co_await channel.push(i);
        pushed.push_back(i);
    }
    channel.close();
}

TEST(Channel, KeepsOrderAndEndsAfterClose) {
    asio::io_context context;
    Channel<int> channel(context.get_executor(), 1);
    std::vector<int> pushed;
    std::vector<int> taken;
    auto take = [](Channel<int>& from, std::vector<int>& into) -> awaitable<void> {
        while (auto value = co_await from.next()) {
            into.push_back(*value);
        }
    };
    run_to_end(context, together(push_three(channel, pushed), take(channel, taken)));
    EXPECT_EQ(taken, (std::vector{1, 2, 3}));
}

TEST(Channel, WaitsWhenFull) {
    asio::io_context context;
    Channel<int> channel(context.get_executor(), 2);
    std::vector<int> pushed;
    Task pushing(context.get_executor(), push_three(channel, pushed));
    context.poll();
    EXPECT_EQ(pushed.size(), 2U);
    EXPECT_EQ(channel.try_next(), 1);
    context.poll();
    EXPECT_EQ(pushed.size(), 3U);
}

TEST(Channel, PushAfterCloseSaysSo) {
    asio::io_context context;
    Channel<int> channel(context.get_executor(), 2);
    channel.close();
    auto push = [](Channel<int>& into) -> awaitable<void> { EXPECT_FALSE(co_await into.push(1)); };
    run_to_end(context, push(channel));
    EXPECT_FALSE(channel.try_push(1));
}

TEST(Channel, CancelledNextThrowsAndLeavesTheChannelUsable) {
    asio::io_context context;
    Channel<int> channel(context.get_executor(), 2);
    bool thrown = false;
    auto wait = [](Channel<int>& from, bool& was_thrown) -> awaitable<void> {
        try {
            co_await from.next();
        } catch (const boost::system::system_error& error) {
            was_thrown = error.code() == asio::error::operation_aborted;
            throw;
        }
    };
    Task waiting(context.get_executor(), wait(channel, thrown));
    context.poll();
    waiting.cancel();
    context.restart();
    context.poll();
    EXPECT_TRUE(thrown);
    EXPECT_FALSE(waiting.running());
    EXPECT_TRUE(channel.try_push(7));
    EXPECT_EQ(channel.try_next(), 7);
}

}  // namespace
}  // namespace repartee
