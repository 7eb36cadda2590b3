#include "stores/sql_database.h"

#include <fmt/format.h>

#include <chrono>

namespace repartee::stores {

SqlDatabase::SqlDatabase(Parts parts, Clock& clock)
    : parts_(std::move(parts)),
      clock_(clock),
      people_(*parts_.connections),
      history_(*parts_.connections),
      memories_(*parts_.connections, parts_.memories),
      parked_calls_(*parts_.connections) {}

awaitable<Migrations> SqlDatabase::migrate() {
    using std::chrono::duration_cast, std::chrono::milliseconds;
    const auto now_ms = duration_cast<milliseconds>(clock_.wall().time_since_epoch()).count();
    co_return co_await apply_migrations(*parts_.connections, parts_.migrations, now_ms);
}

awaitable<StoreHealth> SqlDatabase::check() {
    StoreHealth health;
    if (parts_.is_there && !parts_.is_there()) {
        health.reason = "is not there yet";
        health.advice = "start the server, which makes it, or run `repartee migrate`";
        health.lacks_migrations = true;
        co_return health;
    }
    try {
        const auto migrations = co_await count_migrations(*parts_.connections, parts_.migrations);
        health = health_with(migrations, fmt::format("answers, {} migrations", migrations.applied));
    } catch (const Failure& failure) {
        health.reason = failure.error().message;
        health.advice = parts_.advice;
    }
    co_return health;
}

}  // namespace repartee::stores
