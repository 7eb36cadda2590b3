#include "app/migrate.h"

#include "app/store_room.h"

#include <fmt/format.h>

#include <iostream>

namespace repartee::app {

namespace {

awaitable<void> apply_all(stores::Database& database) {
    std::cout << database.name() << "\n";
    const auto before = co_await database.check();
    std::cout << "  before: " << before.reason << "\n" << std::flush;
    const auto migrations = co_await database.migrate();
    std::cout << fmt::format("  now:    {} of {} migrations applied\n", migrations.applied, migrations.known);
}

}  // namespace

int migrate(const Settings& settings, Parts& parts) {
    StoreRoom room(settings, parts);
    room.run(apply_all(room.keeping.database()));
    return 0;
}

}  // namespace repartee::app
