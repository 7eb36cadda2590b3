// How Redis is used. Section [stores.redis]; where it is comes from the URL.
#pragma once

#include "base/fields.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace repartee::stores::redis {

struct RedisSettings {
    std::int64_t connections = 4;
    // For all that a call does: waiting for a connection, connecting, asking. Beside a voice turn, which goes
    // on without it.
    std::chrono::milliseconds patience{200};
    // Behind everybody's back, where nobody waits for it.
    std::chrono::milliseconds connect_timeout{2'000};
    std::string prefix = "repartee";  // of all keys
    std::string certificate_authority = {};
};

void describe(Fields& fields, RedisSettings& settings);

}  // namespace repartee::stores::redis
