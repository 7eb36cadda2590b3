// A PostgreSQL with all that is kept in it.
#pragma once

#include "stores/catalogue.h"
#include "stores/postgres/postgres_connections.h"
#include "stores/postgres/postgres_memories.h"
#include "stores/sql_history.h"
#include "stores/sql_jobs.h"
#include "stores/sql_parked_calls.h"
#include "stores/sql_people.h"

namespace repartee::stores::postgres {

class PostgresDatabase final : public Database {
public:
    // Connects when somebody wants something of it.
    PostgresDatabase(Address address, const PostgresSettings& settings, const Surroundings& surroundings);

    std::string name() const override;
    People& people() override { return people_; }
    History& history() override { return history_; }
    Memories& memories() override { return memories_; }
    JobLedger* jobs() override { return &jobs_; }
    ParkedCalls* parked_calls() override { return &parked_calls_; }
    MemoryRows* memory_rows() override { return &memories_.rows(); }
    // Waits for another server that is migrating. Refuses a database that is not in UTF-8.
    awaitable<Migrations> migrate() override;
    awaitable<StoreHealth> check() override;

private:
    awaitable<void> take_vector_step(PostgresConnections& connections);

    const PostgresSettings settings_;
    Clock& clock_;
    const Log log_;
    PostgresConnections connections_;
    SqlPeople people_;
    SqlHistory history_;
    PostgresMemories memories_;
    SqlJobs jobs_;
    SqlParkedCalls parked_calls_;
};

}  // namespace repartee::stores::postgres
