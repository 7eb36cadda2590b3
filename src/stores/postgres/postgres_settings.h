// How PostgreSQL is used, and where it is when no URL says so. Section [stores.postgres].
#pragma once

#include "base/fields.h"
#include "stores/sql_memories.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace repartee::stores::postgres {

struct PostgresSettings {
    std::string server = {};  // host or host:port; empty: none was named, which means this machine
    std::string user = "postgres";
    Secret password = {};
    std::string database = "voice_ai";

    std::int64_t connections = 8;
    // For one piece of work with all that becomes necessary: waiting for a connection, connecting, running it
    // again. Whoever waited so long is told that the database cannot be reached.
    std::chrono::milliseconds patience{5'000};
    std::chrono::milliseconds connect_timeout{2'000};
    // Ended by the server. Less than `patience`, so that the connection survives.
    std::chrono::milliseconds statement_timeout{4'000};
    bool prepared_statements = true;
    bool pgvector = true;
    MemoriesSettings memories;
};

void describe(Fields& fields, PostgresSettings& settings);

}  // namespace repartee::stores::postgres
