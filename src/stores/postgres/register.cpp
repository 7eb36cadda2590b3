#include "stores/catalogue.h"
#include "stores/postgres/postgres_database.h"

namespace repartee::stores::postgres {

void offer(Catalogue& catalogue) {
    // Owned by the section that fills them in and by the offer that reads them later.
    auto settings = std::make_shared<PostgresSettings>();
    catalogue.settings.push_back({.name = "postgres",
                                  .help = "The database in PostgreSQL.",
                                  .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    catalogue.databases.push_back(
        {.kind = "postgres",
         .schemes = {"postgresql", "postgres", "postgresql+psycopg2", "postgresql+psycopg",
                     "postgresql+asyncpg"},
         .create = [settings](const Surroundings& surroundings,
                              const std::string& url) -> Result<std::unique_ptr<Database>> {
             auto address = Address::parse(url, *settings);
             if (!address) {
                 return address.error();
             }
             return std::make_unique<PostgresDatabase>(std::move(*address), *settings, surroundings);
         },
         .is_named = [settings] { return !settings->server.empty(); }});
}

}  // namespace repartee::stores::postgres
