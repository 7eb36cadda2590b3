#include "app/store_room.h"

#include <boost/asio/co_spawn.hpp>

namespace repartee::app {

namespace {

LogOptions warnings_only(LogOptions options) {
    options.level = std::max(options.level, LogLevel::Warning);
    return options;
}

}  // namespace

StoreRoom::StoreRoom(const Settings& settings, const Parts& parts)
    : context(1),
      log(warnings_only(log_options(settings.log))),
      keeping(settings.stores, parts.stores,
              {context.get_executor(), clock, log, metrics, data_directory(settings.server)}) {}

void StoreRoom::run(awaitable<void> coroutine) {
    std::exception_ptr failure;
    asio::co_spawn(context, std::move(coroutine), [&](std::exception_ptr thrown) {
        failure = std::move(thrown);
        context.stop();
    });
    context.restart();
    context.run();
    if (failure) {
        std::rethrow_exception(failure);
    }
}

awaitable<void> StoreRoom::migrate() {
    const auto migrations = co_await keeping.database().migrate();
    static_cast<void>(migrations);
}

std::int64_t StoreRoom::wall_ms() const {
    return std::chrono::floor<std::chrono::milliseconds>(clock.wall().time_since_epoch()).count();
}

}  // namespace repartee::app
