#include "base/task.h"

#include "base/error.h"
#include "base/test_loop.h"

namespace repartee {
namespace {

awaitable<void> sleep_long(Clock& clock) {
    co_await clock.sleep(1h);
}

awaitable<void> fail() {
    throw Failure(ErrorKind::Internal, "failed");
    co_return;
}

TEST(Task, JoinWaitsForTheEnd) {
    asio::io_context context;
    VirtualClock clock;
    Task task(context.get_executor(), sleep_long(clock));
    auto began = clock.now();
    run_to_end(context, clock, task.join(), 2h);
    EXPECT_FALSE(task.running());
    EXPECT_GE(clock.now() - began, 1h);
}

TEST(Task, JoinThrowsWhatTheCoroutineThrew) {
    asio::io_context context;
    Task task(context.get_executor(), fail());
    EXPECT_THROW(run_to_end(context, task.join()), Failure);
}

TEST(Task, ItsOwnCancellationIsNoFailure) {
    asio::io_context context;
    VirtualClock clock;
    Task task(context.get_executor(), sleep_long(clock));
    context.poll();
    task.cancel();
    EXPECT_NO_THROW(run_to_end(context, task.join()));
}

TEST(Task, ACancelledJoinCancelsTheTaskAndWaitsForIt) {
    asio::io_context context;
    VirtualClock clock;
    Task inner(context.get_executor(), sleep_long(clock));
    auto join = [](Task& task) -> awaitable<void> { co_await task.join(); };
    Task outer(context.get_executor(), join(inner));
    context.poll();
    outer.cancel();
    context.restart();
    context.poll();
    EXPECT_FALSE(inner.running());
    EXPECT_FALSE(outer.running());
}

TEST(Task, StopSwallowsFailures) {
    asio::io_context context;
    Task task(context.get_executor(), fail());
    EXPECT_NO_THROW(run_to_end(context, task.stop()));
}

TEST(Task, DestroyingItLetsACoroutineThatOwnsItsStateEnd) {
    asio::io_context context;
    VirtualClock clock;
    auto state = std::make_shared<int>(1);
    std::weak_ptr<int> watched = state;
    auto hold = [](Clock& c, std::shared_ptr<int>) -> awaitable<void> { co_await c.sleep(1h); };
    {
        Task task(context.get_executor(), hold(clock, std::move(state)));
        context.poll();
        EXPECT_FALSE(watched.expired());
    }
    context.restart();
    context.poll();
    EXPECT_TRUE(watched.expired());
}

}  // namespace
}  // namespace repartee
