#include "base/task.h"
#include "base/test_loop.h"
#include "base/worker_pool.h"
#include "base/worker_stream.h"

#include <latch>
#include <thread>

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
