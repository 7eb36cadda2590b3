#include "base/task.h"
#include "base/test_loop.h"
#include "base/worker_pool.h"
#include "base/worker_stream.h"

#include <functional>
#include <latch>
#include <memory>
#include <thread>
#include <vector>

namespace repartee {
namespace {

TEST(WorkerPool, GivesTheResultAndTheException) {
    asio::io_context context;
    WorkerPool pool(2, 8);
    auto run = [](WorkerPool& p) -> awaitable<void> {
        EXPECT_EQ(co_await p.run([](std::stop_token) { return 7; }), 7);
        bool thrown = false;
        try {
            co_await p.run([](std::stop_token) -> int { throw Failure(ErrorKind::NotFound, "no"); });
        } catch (const Failure& failure) {
            thrown = failure.error().kind == ErrorKind::NotFound;
        }
        EXPECT_TRUE(thrown);
    };
    run_to_end(context, run(pool));
}

TEST(WorkerPool, CancellingAsksTheWorkToStopAndWaitsForIt) {
    asio::io_context context;
    WorkerPool pool(1, 8);
    std::latch started(1);
    std::atomic<bool> stopped{false};
    auto work = [&](std::stop_token stop) {
        started.count_down();
        while (!stop.stop_requested()) {
            std::this_thread::yield();
        }
        stopped = true;
    };
    auto call = [](WorkerPool& p, std::function<void(std::stop_token)> f) -> awaitable<void> {
        co_await p.run(f);
    };
    Task calling(context.get_executor(), call(pool, work));
    context.poll();
    started.wait();
    calling.cancel();
    run_to_end(context, calling.join());
    EXPECT_TRUE(stopped);
}

// A pool whose only thread is held until the test lets it go.
class HeldPool : public testing::Test {
protected:
    using Work = std::function<void(std::stop_token)>;

    HeldPool() {
        start(holder, [this](std::stop_token) {
            is_held.count_down();
            gate.wait();
        });
        is_held.wait();
    }
    ~HeldPool() override { let_go(); }

    void start(Task& task, Work work) {
        auto call = [](WorkerPool& p, Work f) -> awaitable<void> { co_await p.run(std::move(f)); };
        task = Task(context.get_executor(), call(pool, std::move(work)));
        run_what_is_ready();
    }
    void run_what_is_ready() {
        context.restart();
        context.poll();
    }
    void let_go() {
        if (!std::exchange(is_let_go, true)) {
            gate.count_down();
            run_to_end(context, holder.join());
        }
    }

    asio::io_context context;
    WorkerPool pool{1, 2};
    std::latch is_held{1};
    std::latch gate{1};
    bool is_let_go = false;
    Task holder;
};

TEST_F(HeldPool, WithdrawsAtOnceACallThatIsCancelledWhileItWaits) {
    Task calling;
    auto owned = std::make_shared<int>();
    std::atomic<bool> was_run{false};
    start(calling, [owned, &was_run](std::stop_token) { was_run = true; });
    EXPECT_EQ(pool.queued(), 1U);
    calling.cancel();
    run_what_is_ready();  // the thread is held all the while
    EXPECT_FALSE(calling.running());
    EXPECT_EQ(pool.queued(), 0U);
    EXPECT_EQ(owned.use_count(), 1) << "the pool holds on to what the call had";
    let_go();
    auto after = [](WorkerPool& p) -> awaitable<void> { co_await p.run([](std::stop_token) {}); };
    run_to_end(context, after(pool));
    EXPECT_FALSE(was_run);
}

TEST_F(HeldPool, HasRoomForAnotherWhereOneWasWithdrawn) {
    std::atomic<int> runs{0};
    const auto work = [&](std::stop_token) { ++runs; };
    Task first;
    Task second;
    Task refused;
    start(first, work);
    start(second, work);
    start(refused, work);
    EXPECT_FALSE(refused.running());
    first.cancel();
    run_what_is_ready();
    Task third;
    start(third, work);
    EXPECT_TRUE(third.running());
    let_go();
    run_to_end(context, second.join());
    run_to_end(context, third.join());
    EXPECT_EQ(runs, 2);
}

TEST_F(HeldPool, KeepsACallThatMayNotLeave) {
    std::atomic<bool> was_run{false};
    auto call = [](WorkerPool& p, std::atomic<bool>& run) -> awaitable<void> {
        auto work = [&run](std::stop_token stop) { run = stop.stop_requested(); };
        auto may_leave = [] { return false; };
        co_await p.run(work, may_leave);
    };
    Task calling(context.get_executor(), call(pool, was_run));
    run_what_is_ready();
    calling.cancel();
    run_what_is_ready();
    EXPECT_TRUE(calling.running());
    let_go();
    run_to_end(context, calling.join());
    EXPECT_TRUE(was_run);
}

TEST(WorkerPool, RunsACallWholeOrNotAtAllWheneverItIsCancelled) {
    asio::io_context context;
    WorkerPool pool(3, 100'000);
    constexpr int calls = 3000;
    struct Fate {
        std::atomic<int> begun{0};
        std::atomic<int> ended{0};
    };
    std::vector<Fate> fates(calls);
    auto call = [](WorkerPool& p, Fate& fate) -> awaitable<void> {
        int here = 0;  // in the frame, as callers have it
        auto work = [&here, &fate](std::stop_token stop) {
            ++fate.begun;
            while (here < 20 && !stop.stop_requested()) {
                ++here;
                std::this_thread::yield();
            }
            ++fate.ended;
        };
        co_await p.run(work);
    };
    std::vector<Task> tasks;
    for (int number = 0; number < calls; ++number) {
        tasks.emplace_back(context.get_executor(), call(pool, fates[static_cast<std::size_t>(number)]));
        context.restart();
        context.poll();
        if (number % 3 != 0) {
            tasks[static_cast<std::size_t>(number / 2)].cancel();  // runs, waits, or is over
        }
    }
    for (auto& task : tasks) {
        run_to_end(context, task.join());
    }
    for (const auto& fate : fates) {
        EXPECT_LE(fate.begun, 1);
        EXPECT_EQ(fate.begun, fate.ended);
    }
    EXPECT_EQ(pool.queued(), 0U);
}

TEST(WorkerPool, RefusesWhenTooManyWait) {
    asio::io_context context;
    WorkerPool pool(1, 0);
    auto run = [](WorkerPool& p) -> awaitable<void> { co_await p.run([](std::stop_token) {}); };
    try {
        run_to_end(context, run(pool));
        FAIL() << "nothing was thrown";
    } catch (const Failure& failure) {
        EXPECT_EQ(failure.error().kind, ErrorKind::Busy);
    }
}

TEST(WorkerStream, CarriesValuesInOrderFromAThread) {
    asio::io_context context;
    auto stream = std::make_shared<WorkerStream<int>>(context.get_executor(), 3);
    std::jthread producer([stream] {
        for (int i = 0; i < 1000; ++i) {
            ASSERT_TRUE(stream->push(i));
        }
        stream->finish();
    });
    auto consume = [](WorkerStream<int>& from) -> awaitable<void> {
        int expected = 0;
        while (auto value = co_await from.next()) {
            EXPECT_EQ(*value, expected++);
        }
        EXPECT_EQ(expected, 1000);
    };
    run_to_end(context, consume(*stream));
}

TEST(WorkerStream, AbandoningItReleasesABlockedProducer) {
    asio::io_context context;
    auto stream = std::make_shared<WorkerStream<int>>(context.get_executor(), 1);
    std::jthread producer([stream] {
        while (stream->push(1)) {
        }
    });
    stream->abandon();
    producer.join();
    EXPECT_TRUE(stream->abandoned());
}

TEST(WorkerStream, ThrowsWhatTheProducerFailedWith) {
    asio::io_context context;
    auto stream = std::make_shared<WorkerStream<int>>(context.get_executor(), 1);
    std::jthread producer(
        [stream] { stream->fail(std::make_exception_ptr(Failure(ErrorKind::ProviderBroke, "gone"))); });
    auto consume = [](WorkerStream<int>& from) -> awaitable<void> { co_await from.next(); };
    EXPECT_THROW(run_to_end(context, consume(*stream)), Failure);
}

}  // namespace
}  // namespace repartee
