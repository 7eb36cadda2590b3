#include "stores/redis/redis_shelf.h"

#include "stores/redis/redis_trouble.h"

#include <fmt/format.h>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::stores::redis {

namespace {

// "7.0.15" from what INFO tells; empty where it does not.
std::string version_in(std::string_view info) {
    constexpr std::string_view mark = "redis_version:";
    const auto at = info.find(mark);
    if (at == std::string_view::npos) {
        return {};
    }
    auto version = info.substr(at + mark.size(), 32);
    return std::string(version.substr(0, version.find('\r')));
}

}  // namespace

RedisShelf::RedisShelf(Address address, const RedisSettings& settings, const Surroundings& surroundings)
    : clerks_(std::move(address), settings, surroundings.log),
      sessions_(clerks_, surroundings.clock, settings.prefix),
      doorbell_(clerks_, settings, surroundings.log),
      settings_(settings) {}

std::string RedisShelf::name() const {
    return fmt::format("Redis at {}", clerks_.address().name());
}

awaitable<StoreHealth> RedisShelf::check() {
    auto version = std::make_shared<std::string>();  // of this coroutine, or of an errand left alone
    Clerks::Work work = [version](Connection& connection) {
        connection.ask({"PING"});
        try {
            auto reply = connection.ask({"INFO", "server"});
            *version = version_in(text_of(*reply));
        } catch (const RedisFailure&) {
            // Not everybody may ask it that, and nothing depends on it.
        }
    };
    StoreHealth health;
    try {
        co_await clerks_.insist(std::move(work), settings_.connect_timeout);
        health.usable = true;
        health.reason = version->empty() ? "answers" : fmt::format("answers, Redis {}", *version);
    } catch (const RedisFailure& failure) {
        health.reason = failure.error().detail;
        health.advice =
            failure.trouble() == Trouble::Misconfigured
                ? "correct user, password and database in REDIS_URL"
                : "start Redis, or correct REDIS_URL; until then sessions are remembered elsewhere";
    }
    co_return health;
}

}  // namespace repartee::stores::redis
