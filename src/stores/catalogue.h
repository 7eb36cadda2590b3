// Everywhere data can be kept. Each store's folder adds its offer and its settings in register.cpp; the list
// of folders in src/stores/CMakeLists.txt generates the calls. `app` opens what the settings choose, before
// the first connection.
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/fields.h"
#include "base/log.h"
#include "base/metrics.h"
#include "stores/history.h"
#include "stores/memories.h"
#include "stores/people.h"
#include "stores/session_memory.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace repartee::stores {

class Doorbell;
class JobLedger;
class MemoryRows;
class ParkedCalls;

// What a store may use. All of it outlives the store.
struct Surroundings {
    Executor executor;  // for a store's own background work
    Clock& clock;
    Log log;
    Metrics& metrics;
    std::filesystem::path data_directory;
};

// Whether it can be reached now, for /ready and `doctor`.
struct StoreHealth {
    bool usable = false;
    std::string reason;       // "answers, 14 migrations", "connection refused at localhost:5432"
    std::string advice = {};  // what to do about it; empty when it is usable
    // It can be reached, and all that is missing the server adds when it starts.
    bool lacks_migrations = false;
};

// Which version of the tables a database has.
struct Migrations {
    int applied = 0;
    int known = 0;
};

// One database with all it keeps. Destroyed after everyone who uses it, before the loop.
class Database {
public:
    virtual ~Database() = default;
    virtual std::string name() const = 0;  // for people: "SQLite in ~/.local/share/repartee/repartee.db"
    virtual People& people() = 0;
    virtual History& history() = 0;
    virtual Memories& memories() = 0;
    // Jobs that several servers work on together (job_ledger.h); null: each server keeps its own.
    virtual JobLedger* jobs() { return nullptr; }
    // Calls whose line was lost, for whichever server they come back to (parked_calls.h); null: they cannot.
    virtual ParkedCalls* parked_calls() { return nullptr; }
    // The rows of memories() for a vector store (memory_rows.h), which then finds them by meaning; null: only
    // the database itself can.
    virtual MemoryRows* memory_rows() { return nullptr; }
    // Applies what is missing, numbered file by numbered file, each whole or not at all; several servers at
    // once do no harm. Throws Failure: Unavailable, or Conflict when the tables are newer than this program.
    virtual awaitable<Migrations> migrate() = 0;
    virtual awaitable<StoreHealth> check() = 0;
};

// Where the last messages of sessions are.
class SessionShelf {
public:
    virtual ~SessionShelf() = default;
    virtual std::string name() const = 0;
    virtual SessionMemory& sessions() = 0;
    // Wakes the other servers that share it (doorbell.h); null: they look for themselves.
    virtual Doorbell* doorbell() { return nullptr; }
    virtual awaitable<StoreHealth> check() = 0;
};

// Finds a database's memories by meaning, in its stead. What it has are copies: the database keeps all and
// knows what is true. Destroyed after everyone who uses it, before the database.
class VectorStore {
public:
    virtual ~VectorStore() = default;
    virtual std::string name() const = 0;  // for people: "Milvus at localhost:19530"
    // The database's memories, searched here.
    virtual Memories& memories() = 0;
    virtual awaitable<StoreHealth> check() = 0;
    // What is done behind everybody's back, until cancelled. On the loop of Surroundings; a command that
    // looks after the data for a moment need not run it.
    virtual awaitable<void> run() = 0;
};

template <class Kept>
struct Offer {
    std::string kind;  // "sqlite", "redis"
    // Which URLs mean it: "postgresql", "postgres".
    std::vector<std::string> schemes;
    // Opens nothing yet: an address that does not answer is no mistake in the settings. `url`: of the
    // settings, may be empty. The Error says what is wrong with it.
    std::function<Result<std::unique_ptr<Kept>>(const Surroundings&, const std::string& url)> create;
    // Whether its own settings say where it is, for when there is no URL: POSTGRES_SERVER. Where none do, the
    // first of its kind is taken, so that one needs neither.
    std::function<bool()> is_named = {};
};

struct VectorStoreOffer {
    std::string kind;  // "milvus"
    std::vector<std::string> schemes;
    // What is wrong with an address of the settings, or with its own; `url` may be empty.
    std::function<Result<void>(const std::string& url)> check;
    // Opens nothing yet. The database outlives it, and has rows (Database::memory_rows).
    std::function<Result<std::unique_ptr<VectorStore>>(const Surroundings&, const std::string& url,
                                                       Database& database)>
        create;
};

struct SettingsSection {
    std::string name;  // the table [stores.<name>]
    std::string help;
    std::function<void(Fields&)> describe;
};

struct Catalogue {
    std::vector<Offer<Database>> databases;
    std::vector<Offer<SessionShelf>> session_shelves;
    std::vector<VectorStoreOffer> vector_stores;
    std::vector<SettingsSection> settings;
};

// Generated from the list in src/stores/CMakeLists.txt.
void register_all(Catalogue& catalogue);

}  // namespace repartee::stores
