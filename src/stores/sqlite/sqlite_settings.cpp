#include "stores/sqlite/sqlite_settings.h"

namespace repartee::stores::sqlite {

void describe(Fields& fields, SqliteSettings& settings) {
    fields.field("readers", settings.readers,
                 {.help = "How many threads read the database; one more writes.", .least = 1, .most = 64});
    fields.field("busy_timeout", settings.busy_timeout,
                 {.help = "How long a write by another program is waited for.", .least = 0, .most = 60'000});
    stores::describe(fields, settings.memories);
}

}  // namespace repartee::stores::sqlite
