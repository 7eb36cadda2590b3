// The threads that talk to Redis, each with a connection of its own. A coroutine hands one of them an errand
// and waits for it no longer than its patience; an errand that is late is left alone, so it owns all that it
// touches.
//
// While Redis is known to be down, errands fail at once; one of the clerks tries again and again, behind
// everybody's back.
#pragma once

#include "base/async.h"
#include "base/log.h"
#include "stores/redis/connection.h"
#include "stores/redis/reach.h"
#include "stores/redis/redis_settings.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace repartee::stores::redis {

class Clerks {
public:
    // May be done twice, where a connection is lost in the middle.
    using Work = std::function<void(Connection&)>;

    // Connects when the first errand comes.
    Clerks(Address address, const RedisSettings& settings, Log log);
    // Waits for errands under way, which have deadlines.
    ~Clerks();
    Clerks(const Clerks&) = delete;
    Clerks& operator=(const Clerks&) = delete;

    // Returns when it is done. Throws RedisFailure, and what `work` throws. Any strand. Cancelling throws at
    // once, and the errand may be done all the same.
    awaitable<void> run(Work work);
    // The same for somebody who wants to know: tries also while Redis is known to be down, and for longer.
    awaitable<void> insist(Work work, std::chrono::milliseconds patience);

    const Address& address() const { return address_; }

private:
    struct Errand;

    awaitable<void> hand_over(std::shared_ptr<Errand> errand);
    void serve(const std::stop_token& stop);
    void perform(Errand& errand, Connection& connection);
    void look_again(Connection& connection);
    void keep_alive(Connection& connection);
    void note_lost(const std::string& reason);
    void note_found();
    std::shared_ptr<Errand> take_errand();
    const Trust* trust();

    const Address address_;
    const RedisSettings settings_;
    const Log log_;

    std::mutex mutex_;
    std::condition_variable_any news_;
    std::deque<std::shared_ptr<Errand>> queue_;
    Reach reach_;
    bool somebody_looks_ = false;

    std::once_flag trust_read_;
    std::unique_ptr<Trust> trust_;
    std::vector<std::jthread> threads_;
};

}  // namespace repartee::stores::redis
