#include "bench/load.h"

#include "base/error.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>

namespace repartee::bench {

namespace {

// For the last of those who call.
constexpr auto patience = 60s;

}  // namespace

Load::Load(const MeasuredServer& server, std::span<const Script> scripts, const Sound& sound,
           std::string target)
    : server_(server), scripts_(scripts), sound_(sound), target_(std::move(target)), pacer_(context_) {}

Load::~Load() {
    hang_up();
}

awaitable<void> Load::open(Load& load, std::uint64_t number, std::shared_ptr<Caller> caller) {
    co_await caller->call(load.server_.endpoint(), load.server_.host(), load.target_);
    caller->talk(load.pacer_, std::chrono::steady_clock::now(),
                 load.script_of(number).first_frame_of_caller(number));
    ++load.talking_;
}

void Load::call(std::size_t callers, double per_second) {
    auto wanted = callers_.size() + callers;
    auto between = std::chrono::duration_cast<Duration>(1s / per_second);
    auto next = std::chrono::steady_clock::now();
    auto deadline = next + between * static_cast<Duration::rep>(callers) + patience;
    while (talking_ < wanted && !failure_) {
        if (std::chrono::steady_clock::now() > deadline) {
            throw Failure(ErrorKind::ProviderLate, "The server takes calls and does not answer them.");
        }
        while (callers_.size() < wanted && next <= std::chrono::steady_clock::now()) {
            auto number = callers_.size();
            auto caller =
                callers_.emplace_back(std::make_shared<Caller>(context_, script_of(number), sound_));
            asio::co_spawn(context_, open(*this, number, caller), [this](const std::exception_ptr& failure) {
                failure_ = failure_ ? failure_ : failure;
            });
            next += between;
        }
        run_for(std::min<Duration>(between, 10ms));
    }
    if (failure_) {
        std::rethrow_exception(failure_);
    }
}

void Load::run_for(Duration time) {
    auto work = asio::make_work_guard(context_);  // also when nobody calls
    context_.restart();
    context_.run_for(time);
}

void Load::hang_up() {
    for (auto& caller : callers_) {
        caller->hang_up();
    }
    // What was under way ends.
    run_for(50ms);
    callers_.clear();
    talking_ = 0;
}

std::vector<Turn> Load::take_turns() {
    std::vector<Turn> turns;
    for (auto& caller : callers_) {
        auto of_caller = caller->take_turns();
        turns.insert(turns.end(), std::make_move_iterator(of_caller.begin()),
                     std::make_move_iterator(of_caller.end()));
    }
    return turns;
}

LoadRecord Load::record() const {
    LoadRecord record;
    for (const auto& caller : callers_) {
        record.frames_sent += caller->frames_sent();
        record.frames_withheld += caller->frames_withheld();
        record.bytes_heard += caller->bytes_heard();
        record.cut_off += caller->cut_off() ? 1 : 0;
    }
    return record;
}

}  // namespace repartee::bench
