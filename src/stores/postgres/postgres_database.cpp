#include "stores/postgres/postgres_database.h"

#include "stores/migrations.h"
#include "stores/postgres/migration_files.h"
#include "stores/postgres/vector_step.h"

#include <fmt/format.h>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::stores::postgres {

namespace {

using Work = std::function<void(sql::Transaction&)>;

// New columns in large tables, and whoever migrates before us.
constexpr auto patience_of_migrations = std::chrono::minutes(10);

// Any number that nobody else takes in this database; "repartee" in ASCII.
constexpr std::int64_t migration_lock = 0x7265706172746565;

void let_in_one_at_a_time(sql::Transaction& transaction) {
    transaction.run("SELECT 1 FROM pg_advisory_xact_lock($1)", {migration_lock});
    const auto answer = transaction.run("SELECT current_setting('server_encoding')");
    if (const auto& encoding = answer.rows.at(0).text(0); encoding != "UTF8") {
        throw Failure(
            ErrorKind::Conflict,
            fmt::format("The database keeps its texts as {}, not all that people say. Create one with "
                        "ENCODING 'UTF8'.",
                        encoding));
    }
}

PostgresSettings patient(PostgresSettings settings) {
    settings.patience = patience_of_migrations;
    settings.statement_timeout = patience_of_migrations;
    settings.connections = 1;
    return settings;
}

}  // namespace

PostgresDatabase::PostgresDatabase(Address address, const PostgresSettings& settings,
                                   const Surroundings& surroundings)
    : settings_(settings),
      clock_(surroundings.clock),
      log_(surroundings.log),
      connections_(std::move(address), settings, surroundings.log, settings.patience),
      people_(connections_),
      history_(connections_),
      memories_(connections_, settings.memories, settings.pgvector, surroundings.log),
      jobs_(connections_),
      parked_calls_(connections_) {}

std::string PostgresDatabase::name() const {
    return fmt::format("PostgreSQL at {}", connections_.address().name());
}

awaitable<Migrations> PostgresDatabase::migrate() {
    const auto now = std::chrono::floor<std::chrono::milliseconds>(clock_.wall().time_since_epoch());
    PostgresConnections connections(connections_.address(), patient(settings_), log_, settings_.patience);
    MigrationGate gate = let_in_one_at_a_time;
    auto migrations = co_await apply_migrations(connections, migration_files(), now.count(), std::move(gate));
    co_await take_vector_step(connections);
    co_return migrations;
}

awaitable<void> PostgresDatabase::take_vector_step(PostgresConnections& connections) {
    if (!settings_.pgvector) {
        co_return;
    }
    try {
        Work create = create_vector_extension;
        co_await connections.write(std::move(create));
    } catch (const Failure& failure) {
        if (failure.error().kind == ErrorKind::Cancelled) {
            throw;
        }
        log_.debug("there is no pgvector", {{"reason", failure.error().detail}});
    }
    bool is_there = false;
    Work ensure = [&](sql::Transaction& transaction) {
        let_in_one_at_a_time(transaction);
        is_there = ensure_vector_tables(transaction);
    };
    co_await connections.write(std::move(ensure));
    memories_.look_again();
    log_.info("memories are searched", {{"by", is_there ? "postgresql" : "this server"}});
}

awaitable<StoreHealth> PostgresDatabase::check() {
    StoreHealth health;
    try {
        const auto migrations = co_await count_migrations(connections_, migration_files());
        std::string version;
        bool searches = false;
        Work look = [&](sql::Transaction& transaction) {
            version = transaction.run("SELECT current_setting('server_version')").rows.at(0).text(0);
            searches = settings_.pgvector && has_vector_tables(transaction);
        };
        co_await connections_.read(std::move(look));
        version = version.substr(0, version.find(' '));
        health = health_with(
            migrations, fmt::format("answers, PostgreSQL {}, {} migrations, {}", version, migrations.applied,
                                    searches ? "with pgvector" : "without pgvector"));
    } catch (const Failure& failure) {
        health.reason = failure.error().detail.empty() ? failure.error().message : failure.error().detail;
        health.advice =
            "start PostgreSQL, or correct DATABASE_URL (or POSTGRES_SERVER, _USER, _PASSWORD, _DB)";
    }
    co_return health;
}

}  // namespace repartee::stores::postgres
