// Where an engine under test lives: a loop, a clock and threads for blocking calls.
//
// An engine that takes all its time from the clock is tried on a virtual one. Others run in real
// time; there, waiting is bounded, and long enough for the slowest machine.
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/task.h"
#include "base/worker_pool.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <exception>
#include <functional>
#include <optional>

namespace repartee::engines {

enum class Time { Virtual, Real };

class House {
public:
    explicit House(Time time) : time_(time) {}

    Clock& clock() { return time_ == Time::Virtual ? static_cast<Clock&>(virtual_clock_) : system_clock_; }
    WorkerPool& pool() { return pool_; }
    Executor executor() { return context_.get_executor(); }

    // Works until `done`, and fails the test when that does not come.
    void run_until(const std::function<bool()>& done) {
        if (time_ == Time::Virtual) {
            virtual_clock_.run_until(context_, virtual_clock_.now() + 1h);
        } else {
            auto deadline = std::chrono::steady_clock::now() + 120s;
            while (!done() && std::chrono::steady_clock::now() < deadline) {
                context_.restart();
                context_.run_one_for(100ms);
            }
        }
        ASSERT_TRUE(done()) << "nothing came";
    }

    // What can be done without waiting.
    void run_what_is_ready() {
        if (time_ == Time::Virtual) {
            virtual_clock_.run_until(context_, virtual_clock_.now());
        } else {
            context_.restart();
            context_.poll();
        }
    }

    // The coroutine's result; what it throws is thrown.
    template <class T>
    T run(awaitable<T> coroutine) {
        std::optional<T> result;
        std::exception_ptr failure;
        bool done = false;
        asio::co_spawn(context_, std::move(coroutine), [&](std::exception_ptr thrown, T value) {
            failure = thrown;
            result = std::move(value);
            done = true;
        });
        run_until([&] { return done; });
        if (failure) {
            std::rethrow_exception(failure);
        }
        return std::move(result).value();
    }

private:
    Time time_;
    SystemClock system_clock_;
    VirtualClock virtual_clock_;
    asio::io_context context_;
    WorkerPool pool_{2, 64};  // after the loop, so that its calls have returned when the loop goes
};

// What came out of one stream.
template <class Output>
struct Reading {
    std::vector<Output> outputs;
    bool over = false;
    std::exception_ptr failure;

    bool done() const { return over || failure; }
};

// Reads to the end, or until there are `at_most` outputs. The stream and the reading outlive the call.
template <class Stream, class Output>
awaitable<void> read(Stream& stream, Reading<Output>& reading, std::size_t at_most = 1'000'000) {
    try {
        while (reading.outputs.size() < at_most) {
            auto output = co_await stream.next();
            if (!output) {
                break;
            }
            reading.outputs.push_back(std::move(*output));
        }
        reading.over = true;
    } catch (...) {
        reading.failure = std::current_exception();
    }
}

template <class Output, class Stream>
Reading<Output> read_all(House& house, Stream& stream, std::size_t at_most = 1'000'000) {
    Reading<Output> reading;
    Task task(house.executor(), read(stream, reading, at_most));
    house.run_until([&] { return !task.running(); });
    return reading;
}

}  // namespace repartee::engines
