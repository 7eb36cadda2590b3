// For the tests of this folder: a loop and a virtual clock on which a stream is read to its end.
#pragma once

#include "base/clock.h"

#include <boost/asio/co_spawn.hpp>

#include <chrono>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

namespace repartee::engines::scripted {

struct TestStage {
    asio::io_context context;
    VirtualClock clock;

    // Runs one coroutine, and everything it waits for, to the end.
    template <class T>
    T run(awaitable<T> coroutine) {
        std::optional<T> result;
        std::exception_ptr failure;
        asio::co_spawn(context, std::move(coroutine), [&](std::exception_ptr thrown, T value) {
            failure = thrown;
            result = std::move(value);
        });
        clock.run_until(context, clock.now() + 1h);
        if (failure) {
            std::rethrow_exception(failure);
        }
        return std::move(result).value();
    }
};

template <class T>
struct Timed {
    std::chrono::milliseconds at;  // from the beginning of the reading
    T value;
};

// Everything a stream gives, and when. The stream and the clock outlive the call.
template <class T, class Stream>
awaitable<std::vector<Timed<T>>> read_all(Stream& stream, Clock& clock) {
    std::vector<Timed<T>> all;
    auto begin = clock.now();
    while (auto value = co_await stream.next()) {
        auto at = std::chrono::duration_cast<std::chrono::milliseconds>(clock.now() - begin);
        all.push_back({at, std::move(*value)});
    }
    co_return all;
}

}  // namespace repartee::engines::scripted
