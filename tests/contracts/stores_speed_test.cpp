// How fast the stores are before real servers: figures for people, no tests, and so only on demand.
//
//     with_servers.py stores_with_servers --gtest_also_run_disabled_tests --gtest_filter='*Speed*'
#include "stores_speed.h"

#include "trial_postgres.h"
#include "trial_redis.h"

#include <fmt/format.h>

namespace repartee::stores {
namespace {

using speed::measure;
using speed::measure_history;
using speed::measure_memories;

awaitable<void> append_to_session(SessionMemory& sessions, int turn) {
    SessionKey key{.owner = Owner::user(turn % 100 + 1), .session = "session"};
    std::vector<Message> exchange{{.role = Role::User, .content = "What time is it?"},
                                  {.role = Role::Assistant, .content = "Half past nine."}};
    co_await sessions.append(std::move(key), std::move(exchange), 2 * (turn / 100) + 2, true);
}
awaitable<void> recall_session(SessionMemory& sessions, int turn) {
    SessionKey key{.owner = Owner::user(turn % 100 + 1), .session = "session"};
    co_await sessions.recall(std::move(key));
}

}  // namespace

TEST(StoresSpeed, DISABLED_Postgres) {
    StoresHouse house;
    TrialPostgres trial;
    trial.settings.patience = std::chrono::seconds(60);
    trial.settings.statement_timeout = std::chrono::seconds(50);
    postgres::PostgresDatabase database(trial.direct(), trial.settings, house.surroundings());
    house.run(database.migrate());
    measure_history(house, database, "PostgreSQL");
}

// With the stand-in for pgvector this would measure an interpreter. Where the server has the genuine one,
// that is measured: a migration installs it.
TEST(StoresSpeed, DISABLED_PostgresMemories) {
    StoresHouse house;
    TrialPostgres trial;
    trial.settings.patience = std::chrono::seconds(60);
    trial.settings.statement_timeout = std::chrono::seconds(50);
    postgres::PostgresDatabase database(trial.direct(), trial.settings, house.surroundings());
    house.run(database.migrate());
    measure_memories(house, database, "PostgreSQL", 100'000, 10'000, [&] { trial.execute("ANALYZE"); });
}

TEST(StoresSpeed, DISABLED_Redis) {
    StoresHouse house;
    TrialRedis trial;
    auto shelf = trial.open(house.surroundings());
    auto& sessions = shelf->sessions();
    for (int at_once : {1, 8, 32}) {
        measure(house, 5000, at_once, [&](int turn) {
            return append_to_session(sessions, turn);
        }).print(fmt::format("Redis: append an exchange, {} at once", at_once));
        measure(house, 5000, at_once, [&](int turn) {
            return recall_session(sessions, turn);
        }).print(fmt::format("Redis: recall a session, {} at once", at_once));
    }
}

}  // namespace repartee::stores
