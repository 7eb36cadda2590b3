#include "stores/postgres/postgres_settings.h"

namespace repartee::stores::postgres {

void describe(Fields& fields, PostgresSettings& settings) {
    fields.field(
        "server", settings.server,
        {.help = "Host, or host:port, of PostgreSQL; a URL (DATABASE_URL) wins over this and the next three.",
         .environment = "POSTGRES_SERVER"});
    fields.field("user", settings.user, {.help = "Who logs in.", .environment = "POSTGRES_USER"});
    fields.field("password", settings.password,
                 {.help = "With what; empty: as libpq finds one (PGPASSWORD, ~/.pgpass).",
                  .environment = "POSTGRES_PASSWORD"});
    fields.field("database", settings.database,
                 {.help = "Name of the database.", .environment = "POSTGRES_DB"});
    fields.field("connections", settings.connections,
                 {.help = "Connections at most, each with a thread of its own.", .least = 1, .most = 256});
    fields.field(
        "patience", settings.patience,
        {.help = "How long a piece of work may take in all, connecting and trying again included, before the "
                 "client hears that the database cannot be reached.",
         .least = 100,
         .most = 600'000});
    fields.field("connect_timeout", settings.connect_timeout,
                 {.help = "How long connecting may take.", .least = 50, .most = 60'000});
    fields.field(
        "statement_timeout", settings.statement_timeout,
        {.help = "How long one statement may take; less than `patience`.", .least = 50, .most = 600'000});
    fields.field(
        "prepared_statements", settings.prepared_statements,
        {.help =
             "Whether statements are kept prepared on each connection. Off behind a pooler that hands out "
             "connections for single transactions and does not know them (PgBouncer before 1.21)."});
    fields.field(
        "pgvector", settings.pgvector,
        {.help =
             "Whether PostgreSQL compares the vectors of memories where it has pgvector. Off: this server "
             "does, sooner, and keeps the vectors of those who search in memory."});
    describe(fields, settings.memories);
}

}  // namespace repartee::stores::postgres
