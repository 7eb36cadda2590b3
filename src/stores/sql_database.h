// A database whose people, history and memories are the ones written over SQL: what the SQL stores' offers
// give out. A store brings its connections, its migrations and the words for people.
#pragma once

#include "stores/catalogue.h"
#include "stores/migrations.h"
#include "stores/sql.h"
#include "stores/sql_history.h"
#include "stores/sql_memories.h"
#include "stores/sql_parked_calls.h"
#include "stores/sql_people.h"

#include <functional>
#include <memory>
#include <span>
#include <string>

namespace repartee::stores {

class SqlDatabase final : public Database {
public:
    struct Parts {
        std::string name;  // for people: "SQLite in ~/.local/share/repartee/repartee.db"
        std::unique_ptr<sql::Connections> connections;
        std::span<const MigrationFile> migrations;
        std::string advice;  // what to do when it cannot be reached
        MemoriesSettings memories = {};
        // Whether there is anything yet that a server would not make first; empty: always.
        std::function<bool()> is_there = {};
    };
    SqlDatabase(Parts parts, Clock& clock);

    std::string name() const override { return parts_.name; }
    People& people() override { return people_; }
    History& history() override { return history_; }
    Memories& memories() override { return memories_; }
    ParkedCalls* parked_calls() override { return &parked_calls_; }
    MemoryRows* memory_rows() override { return &memories_; }
    awaitable<Migrations> migrate() override;
    awaitable<StoreHealth> check() override;

private:
    Parts parts_;
    Clock& clock_;
    SqlPeople people_;
    SqlHistory history_;
    SqlMemories memories_;
    SqlParkedCalls parked_calls_;
};

}  // namespace repartee::stores
