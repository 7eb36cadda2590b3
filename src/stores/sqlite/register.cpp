#include "stores/catalogue.h"
#include "stores/sqlite/sqlite_database.h"

namespace repartee::stores::sqlite {

void offer(Catalogue& catalogue) {
    // Owned by the section that fills them in and by the offer that reads them later.
    auto settings = std::make_shared<SqliteSettings>();
    catalogue.settings.push_back({.name = "sqlite",
                                  .help = "The database in a file, SQLite: the default.",
                                  .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    catalogue.databases.push_back(
        {.kind = "sqlite",
         .schemes = {"sqlite", "sqlite+aiosqlite"},
         .create = [settings](const Surroundings& surroundings, const std::string& url) {
             return create_database(*settings, surroundings, url);
         }});
}

}  // namespace repartee::stores::sqlite
