// One piece of work at a time for each key, whatever strands they come from; others wait their turn. So that
// two who remember the same thing at once do not both find it new.
#pragma once

#include "base/async.h"

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace repartee::memory {

class OneAtATime {
public:
    // Whoever has it is alone; destroying it lets the next one in. Does not outlive the OneAtATime.
    class Turn {
    public:
        Turn(Turn&& other) noexcept : of_(std::exchange(other.of_, nullptr)), key_(std::move(other.key_)) {}
        Turn& operator=(Turn&&) = delete;
        ~Turn();

    private:
        friend class OneAtATime;
        Turn(OneAtATime& of, std::string key) : of_(&of), key_(std::move(key)) {}
        OneAtATime* of_;
        std::string key_;
    };

    // Throws Failure{Busy} where `most_waiting` wait already. Cancelling throws operation_aborted.
    awaitable<Turn> enter(std::string key);

    static constexpr std::size_t most_waiting = 32;  // for one key

private:
    struct Waiter {
        explicit Waiter(const Executor& executor) : timer(executor, Timer::time_point::max()) {}
        Timer timer;            // on the waiter's strand
        bool admitted = false;  // guarded by the mutex
    };
    using Waiters = std::deque<std::shared_ptr<Waiter>>;  // shared with the coroutine that waits

    void leave(const std::string& key);

    std::mutex mutex_;
    std::map<std::string, Waiters> places_;  // of the keys that somebody is in
};

}  // namespace repartee::memory
