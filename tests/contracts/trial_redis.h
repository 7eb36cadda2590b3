// A Redis for one test: the server that with_servers.py has started, with key names of the test's own.
#pragma once

#include "servers.h"
#include "stores/redis/connection.h"
#include "stores/redis/redis_shelf.h"
#include "stores_house.h"

#include <atomic>

namespace repartee::stores {

class TrialRedis final : public TrialShelf {
public:
    TrialRedis() {
        settings.prefix = "trial" + std::to_string(++trials_);
        // A busy machine must not make a test of what is kept one of patience.
        settings.patience = std::chrono::milliseconds(2'000);
    }
    ~TrialRedis() override {
        tell_servers("redis start");
        ask({"FLUSHALL"});
    }

    std::unique_ptr<SessionShelf> open(const Surroundings& surroundings) override {
        return std::make_unique<redis::RedisShelf>(address, settings, surroundings);
    }
    // Redis' own clock cannot be turned; so everything it keeps shall end so much sooner.
    void let_pass(std::chrono::milliseconds time) override {
        auto keys = ask({"KEYS", settings.prefix + ":*"});
        for (std::size_t at = 0; at < keys->elements; ++at) {
            const std::string key(redis::text_of(*keys->element[at]));
            const auto rest = ask({"PTTL", key})->integer;
            EXPECT_GT(rest, 0) << "it is never forgotten";
            ask({"PEXPIRE", key, std::to_string(rest - time.count())});
        }
    }

    // As somebody else.
    redis::Reply ask(const redis::Connection::Words& words) {
        redis::Connection connection(address, nullptr);
        connection.open(std::chrono::steady_clock::now() + std::chrono::seconds(20));
        return connection.ask(words);
    }

    redis::Address address = redis::parse_address(redis_url()).value();
    redis::RedisSettings settings;

private:
    static inline std::atomic<int> trials_ = 0;
};

}  // namespace repartee::stores
