// Which calls that can be resumed are held on this server just now: a call is held once. Whoever comes back
// to one whose line is still believed to be there has it leave first, so that what was heard of it is not
// lost.
#pragma once

#include "base/async.h"
#include "base/bell.h"
#include "base/clock.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace repartee::surfaces::media_stream {

// Any strand. Outlives all places.
class LiveCalls {
    struct Held;

public:
    // Whoever has it holds the call, until it is destroyed.
    class Place {
    public:
        Place(LiveCalls& calls, std::string call, std::shared_ptr<Held> held);
        ~Place();
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;

        // Completes when somebody else wants the call, or `leave` is called. One waits at a time.
        awaitable<void> wanted();
        void leave();

    private:
        LiveCalls& calls_;
        std::string call_;
        std::shared_ptr<Held> held_;  // others: the table, and who waits for it
    };

    // For the coroutine's strand. Whoever has the call is asked to leave, and waited for, no longer than
    // that.
    awaitable<std::unique_ptr<Place>> enter(std::string call, Clock& clock, Duration patience);

private:
    // On the strand of who waits.
    struct Waiter {
        explicit Waiter(const Executor& the_executor) : executor(the_executor) {}
        Executor executor;
        Bell left;
    };
    struct Held {
        explicit Held(const Executor& the_executor) : executor(the_executor) {}
        Executor executor;
        Bell wanted;                                   // on that
        std::vector<std::shared_ptr<Waiter>> waiters;  // under the mutex
    };

    void end(const std::string& call, const std::shared_ptr<Held>& held);

    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<Held>> held_;
};

}  // namespace repartee::surfaces::media_stream
