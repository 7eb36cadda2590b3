#include "stores/redis/redis_settings.h"

namespace repartee::stores::redis {

void describe(Fields& fields, RedisSettings& settings) {
    fields.field("connections", settings.connections,
                 {.help = "Connections to Redis, each with a thread of its own.", .least = 1, .most = 64});
    fields.field("patience", settings.patience,
                 {.help = "How long a conversation waits for Redis before it goes on without it.",
                  .least = 10,
                  .most = 10'000});
    fields.field(
        "connect_timeout", settings.connect_timeout,
        {.help = "How long connecting may take when nobody waits for it.", .least = 50, .most = 60'000});
    fields.field("prefix", settings.prefix,
                 {.help = "What the names of all keys begin with. Servers with different databases that "
                          "share one Redis need different ones."});
    fields.field("certificate_authority", settings.certificate_authority,
                 {.help = "PEM file with the authorities that rediss:// trusts; empty: the system's."});
}

}  // namespace repartee::stores::redis
