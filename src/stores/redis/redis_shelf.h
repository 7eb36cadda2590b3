// Redis as the place of session memory, and as the doorbell of servers: the clerks who talk to it, and what
// they are asked.
#pragma once

#include "stores/catalogue.h"
#include "stores/redis/clerks.h"
#include "stores/redis/redis_doorbell.h"
#include "stores/redis/redis_sessions.h"

namespace repartee::stores::redis {

class RedisShelf final : public SessionShelf {
public:
    RedisShelf(Address address, const RedisSettings& settings, const Surroundings& surroundings);

    std::string name() const override;
    SessionMemory& sessions() override { return sessions_; }
    Doorbell* doorbell() override { return &doorbell_; }
    awaitable<StoreHealth> check() override;

private:
    Clerks clerks_;
    RedisSessions sessions_;
    RedisDoorbell doorbell_;
    const RedisSettings settings_;
};

}  // namespace repartee::stores::redis
