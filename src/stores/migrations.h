// Brings the tables of an SQL database to what this program knows: numbered files, applied in order, each
// whole or not at all. Which ones a database has is in its table `schema_migrations`. Used by the databases'
// folders, which compile their files in with cmake/Migrations.cmake.
//
// A file holds statements that end with ';'. Comments (-- and /* */), texts in quotes and PostgreSQL's $$…$$
// may have any ';' in them; SQLite's triggers may not. A file that has been released is never changed.
#pragma once

#include "stores/catalogue.h"
#include "stores/sql.h"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::stores {

struct MigrationFile {
    int number = 0;         // 1, 2, 3 …
    std::string_view name;  // "001_people.sql"
    std::string_view sql;
};

// Run first in the transaction of each file, where several servers may migrate one database at once: lets in
// one at a time until the transaction ends (PostgreSQL: pg_advisory_xact_lock). Empty where the database has
// only one writer anyway.
using MigrationGate = std::function<void(sql::Transaction&)>;

// Applies what is missing. Throws Failure: Unavailable, or Conflict when the tables are newer than this
// program or are not ours.
awaitable<Migrations> apply_migrations(sql::Connections& connections, std::span<const MigrationFile> files,
                                       std::int64_t now_ms, MigrationGate gate = {});

// What a database has. Changes nothing; a database without any tables has 0.
awaitable<Migrations> count_migrations(sql::Connections& connections, std::span<const MigrationFile> files);

// How a database is that answers and has these; `reason`: what is said of it when it is usable.
StoreHealth health_with(const Migrations& migrations, std::string reason);

// Whether that says nothing but that a newer program has been here. Who starts before such tables is refused;
// who has been running since before goes on, or an upgrade of one server after the other would end with the
// first.
bool is_merely_newer(const StoreHealth& health);

// The single statements of a file, without their ';' and without what is empty.
std::vector<std::string_view> statements_in(std::string_view sql);

}  // namespace repartee::stores
