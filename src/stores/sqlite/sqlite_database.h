// Puts an SQLite database together.
#pragma once

#include "stores/sql_database.h"
#include "stores/sqlite/sqlite_settings.h"

#include <memory>

namespace repartee::stores::sqlite {

// Opens nothing yet. The Error says what is wrong with the address.
Result<std::unique_ptr<Database>> create_database(const SqliteSettings& settings,
                                                  const Surroundings& surroundings, const std::string& url);

}  // namespace repartee::stores::sqlite
