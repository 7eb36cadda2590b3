#include "stores/catalogue.h"
#include "stores/redis/redis_shelf.h"

namespace repartee::stores::redis {

void offer(Catalogue& catalogue) {
    // Owned by the section that fills them in and by the offer that reads them later.
    auto settings = std::make_shared<RedisSettings>();
    catalogue.settings.push_back({.name = "redis",
                                  .help = "Session memory in Redis or Valkey.",
                                  .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    catalogue.session_shelves.push_back(
        {.kind = "redis",
         .schemes = {"redis", "rediss"},
         .create = [settings](const Surroundings& surroundings,
                              const std::string& url) -> Result<std::unique_ptr<SessionShelf>> {
             auto address = parse_address(url);
             if (!address) {
                 return address.error();
             }
             return std::make_unique<RedisShelf>(std::move(*address), *settings, surroundings);
         }});
}

}  // namespace repartee::stores::redis
