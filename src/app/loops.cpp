#include "app/loops.h"

#include <boost/asio/executor_work_guard.hpp>

#include <semaphore>
#include <thread>

namespace repartee::app {

namespace {

// For Asio: one thread runs it.
constexpr int one_thread = 1;

// For what is under way on the others when the first has ended. It has been cancelled by then.
constexpr auto farewell_limit = std::chrono::seconds(1);

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

// The threads of the others: however the first one ends, they end what they have in hand, and then too.
class Loops::Others {
public:
    explicit Others(const std::vector<std::unique_ptr<asio::io_context>>& loops) : loops_(loops) {
        for (const auto& loop : loops) {
            guards_.push_back(asio::make_work_guard(*loop));
            threads_.emplace_back([this, &context = *loop] {
                context.run();
                ended_.release();
            });
        }
    }
    Others(const Others&) = delete;
    Others& operator=(const Others&) = delete;

    ~Others() {
        guards_.clear();
        auto by = std::chrono::steady_clock::now() + farewell_limit;
        for (std::size_t i = 0; i < threads_.size() && ended_.try_acquire_until(by); ++i) {
        }
        for (const auto& loop : loops_) {
            loop->stop();
        }
        threads_.clear();  // joins
    }

private:
    const std::vector<std::unique_ptr<asio::io_context>>& loops_;
    std::vector<asio::executor_work_guard<asio::io_context::executor_type>> guards_;
    std::counting_semaphore<> ended_{0};
    std::vector<std::jthread> threads_;
};

void Loops::run(asio::io_context& first) {
    Others others(others_);
    first.run();
}

}  // namespace repartee::app
