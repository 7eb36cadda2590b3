// What a database with pgvector gets on top of the migrations: a table with the vectors of memories in its
// own type, so that it can compare them itself. The extension may be installed, or gone, at any time; so this
// is looked at with each migration, and is no numbered file.
//
// The table is a copy, kept by who searches (postgres_memories.h): the vectors themselves are in `memories`,
// in the same way as without the extension.
#pragma once

#include "stores/sql.h"

namespace repartee::stores::postgres {

// In a transaction that writes. Makes the tables where the type `vector` is known; true when they are there.
bool ensure_vector_tables(sql::Transaction& transaction);

bool has_vector_tables(sql::Transaction& transaction);

// Throws Failure where the extension is not there or we may not: nothing depends on it.
void create_vector_extension(sql::Transaction& transaction);

}  // namespace repartee::stores::postgres
