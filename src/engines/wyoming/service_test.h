// For the tests of this folder: an engine, a peer that it talks to, and the loop they live on.
#pragma once

#include "base/task.h"
#include "engines/recogniser.h"
#include "engines/synthesiser.h"
#include "engines/wyoming/service_peer.h"
#include "engines/wyoming/settings.h"

#include <gtest/gtest.h>

namespace repartee::engines::wyoming {

// What came out of a stream.
template <class Output>
struct Outcome {
    std::vector<Output> outputs;
    std::optional<Error> failure;
    bool over = false;
};

template <class Output, class Stream>
awaitable<void> read_on(Stream& stream, Outcome<Output>& outcome) {
    try {
        while (auto output = co_await stream.next()) {
            outcome.outputs.push_back(std::move(*output));
        }
        outcome.over = true;
    } catch (const Failure& failure) {
        outcome.failure = failure.error();
    }
}

inline std::size_t samples_in(const Outcome<SpeechChunk>& speech) {
    std::size_t samples = 0;
    for (const auto& chunk : speech.outputs) {
        samples += chunk.samples.size();
    }
    return samples;
}

inline std::size_t spoken_in(const Outcome<SpeechChunk>& speech) {
    return speech.outputs.empty() ? 0 : speech.outputs.back().spoken_bytes;
}

class ServiceTest : public testing::Test {
protected:
    void run_until(const std::function<bool()>& done) {
        auto limit = std::chrono::steady_clock::now() + 20s;
        while (!done() && std::chrono::steady_clock::now() < limit) {
            context.restart();
            context.run_one_until(limit);
        }
        ASSERT_TRUE(done()) << "what the test waits for did not happen";
    }

    template <class Output, class Stream>
    Outcome<Output> outcome_of(Stream& stream) {
        Outcome<Output> outcome;
        Task task(context.get_executor(), read_on(stream, outcome));
        run_until([&] { return !task.running(); });
        return outcome;
    }

    Health health_of(Engine& engine) {
        std::optional<Health> health;
        Task task(context.get_executor(), ask_health(engine, health));
        run_until([&] { return !task.running(); });
        return health.value_or(Health{});
    }

    asio::io_context context;
    SystemClock clock;
    ServicePeer peer{context.get_executor()};

private:
    static awaitable<void> ask_health(Engine& engine, std::optional<Health>& health) {
        health = co_await engine.check();
    }
};

}  // namespace repartee::engines::wyoming
