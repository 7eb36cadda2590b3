#include "stores/sqlite/sqlite_database.h"

#include "stores/sqlite/database_file.h"
#include "stores/sqlite/migration_files.h"
#include "stores/sqlite/sqlite_connections.h"

namespace repartee::stores::sqlite {

Result<std::unique_ptr<Database>> create_database(const SqliteSettings& settings,
                                                  const Surroundings& surroundings, const std::string& url) {
    auto file = database_file(url, surroundings.data_directory);
    if (!file) {
        return file.error();
    }
    SqlDatabase::Parts parts;
    parts.name = "SQLite in " + file->string();
    parts.connections = std::make_unique<SqliteConnections>(*file, settings, surroundings.metrics);
    parts.migrations = migration_files();
    parts.memories = settings.memories;
    parts.is_there = [path = *file] {
        // A folder that cannot be looked into is the connection's to complain of.
        std::error_code ignored;
        return std::filesystem::status(path, ignored).type() != std::filesystem::file_type::not_found;
    };
    parts.advice = "see to " + file->string() + ", or name another database with DATABASE_URL";
    return std::unique_ptr<Database>(std::make_unique<SqlDatabase>(std::move(parts), surroundings.clock));
}

}  // namespace repartee::stores::sqlite
