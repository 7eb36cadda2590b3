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
private:
    struct Waiter {
        explicit Waiter(const Executor& executor) : timer(executor, Timer::time_point::max()) {}
        Timer timer;            // on the waiter's strand
        bool admitted = false;  // guarded by the mutex
    };
    using Waiters = std::deque<std::shared_ptr<Waiter>>;  // shared with the coroutine that waits

    struct Places {
        void leave(const std::string& key);
        std::mutex mutex;
        std::map<std::string, Waiters> taken;  // the keys that somebody is in, and who waits there
    };

public:
    // Whoever has it is alone; destroying it lets the next one in.
    class Turn {
    public:
        Turn(Turn&&) noexcept = default;
        Turn& operator=(Turn&&) = delete;
        ~Turn() {
            if (places_) {
                places_->leave(key_);
            }
        }

    private:
        friend class OneAtATime;
        Turn(std::shared_ptr<Places> places, std::string key)
            : places_(std::move(places)), key_(std::move(key)) {}
        std::shared_ptr<Places> places_;
        std::string key_;
    };

    // Throws Failure{Busy} where `most_waiting` wait already. Cancelling throws operation_aborted.
    awaitable<Turn> enter(std::string key);

    static constexpr std::size_t most_waiting = 32;  // for one key

private:
    // Shared with the turns: at the end of a program one may be given up after this.
    std::shared_ptr<Places> places_ = std::make_shared<Places>();
};

}  // namespace repartee::memory
