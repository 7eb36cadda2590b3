// The doorbell in Redis: one channel for all that may be rung for, which a thread with a connection of its
// own listens to, once somebody wants to hear. Rings are published by the clerks.
#pragma once

#include "base/log.h"
#include "stores/doorbell.h"
#include "stores/redis/clerks.h"

#include <list>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

namespace repartee::stores::redis {

class RedisDoorbell final : public Doorbell {
public:
    // The clerks outlive it.
    RedisDoorbell(Clerks& clerks, const RedisSettings& settings, Log log);
    ~RedisDoorbell() override;

    awaitable<void> ring(std::string what) override;
    std::unique_ptr<Listening> listen(std::string what, std::function<void()> heard) override;

private:
    struct Listener {
        std::string what;
        std::function<void()> heard;
    };
    class Ear;

    void forget(std::list<Listener>::iterator listener);
    void serve(const std::stop_token& stop);
    void hear_all(Connection& connection, const std::stop_token& stop);
    // `what` was rung for; empty: something may have been.
    void tell(std::string_view what);
    void pause(std::chrono::milliseconds duration) const;

    Clerks& clerks_;
    const RedisSettings settings_;
    const Log log_;
    const std::string channel_;
    const int wake_;  // an eventfd, readable once the thread is to end

    std::mutex mutex_;
    std::list<Listener> listeners_;  // a handful: queues of this server
    std::jthread thread_;            // from the first listener on
};

}  // namespace repartee::stores::redis
