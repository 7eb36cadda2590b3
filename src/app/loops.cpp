#include "app/loops.h"

#include <boost/asio/executor_work_guard.hpp>

#include <thread>

namespace repartee::app {

namespace {

// For Asio: one thread runs it.
constexpr int one_thread = 1;

}  // namespace

Loops::Loops(std::size_t count) {
    for (std::size_t i = 1; i < count; ++i) {
        others_.push_back(std::make_unique<asio::io_context>(one_thread));
    }
}

std::vector<Executor> Loops::executors(asio::io_context& first) const {
    std::vector<Executor> all{first.get_executor()};
    for (const auto& other : others_) {
        all.emplace_back(other->get_executor());
    }
    return all;
}

void Loops::run(asio::io_context& first) {
    std::vector<std::jthread> threads;
    for (const auto& other : others_) {
        threads.emplace_back([&context = *other] {
            auto work = asio::make_work_guard(context);
            context.run();
        });
    }
    first.run();
    for (const auto& other : others_) {
        other->stop();
    }
}

}  // namespace repartee::app
