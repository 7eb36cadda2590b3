// The table [stores.sqlite].
#pragma once

#include "base/fields.h"
#include "stores/sql_memories.h"

#include <chrono>

namespace repartee::stores::sqlite {

struct SqliteSettings {
    std::int64_t readers = 4;  // threads that read, each with a connection
    // How long a write by another program (`repartee users`, a backup) is waited for.
    std::chrono::milliseconds busy_timeout{5000};
    std::chrono::milliseconds longest_read{10'000};  // a look-up that takes longer is stopped
    // The same for a search by words, through all that somebody has.
    std::chrono::milliseconds longest_search{5000};
    MemoriesSettings memories;
};

void describe(Fields& fields, SqliteSettings& settings);

}  // namespace repartee::stores::sqlite
