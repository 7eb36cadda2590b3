#include "app/end_if_cancelled.h"

#include "base/error.h"
#include "base/task.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace repartee::app {
namespace {

// Goes on after all that fails, until it waits for ever.
awaitable<void> go_on(int& failures) {
    for (;;) {
        std::exception_ptr thrown;
        try {
            if (failures == 0) {
                ++failures;
                throw std::runtime_error("no Failure");
            }
            if (failures == 1) {
                ++failures;
                throw Failure(ErrorKind::Cancelled, "of somebody else");
            }
            Timer timer(co_await asio::this_coro::executor, Timer::time_point::max());
            co_await timer.async_wait(use_awaitable);
        } catch (...) {
            thrown = std::current_exception();
        }
        co_await end_if_cancelled(thrown);
    }
}

TEST(EndIfCancelled, OnlyCancellingEndsALoop) {
    asio::io_context context;
    int failures = 0;
    Task task(context.get_executor(), go_on(failures));
    context.poll();
    EXPECT_EQ(failures, 2);
    EXPECT_TRUE(task.running());
    task.cancel();
    context.restart();
    context.poll();
    EXPECT_FALSE(task.running());
}

}  // namespace
}  // namespace repartee::app
