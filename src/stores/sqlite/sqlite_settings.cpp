#include "stores/sqlite/sqlite_settings.h"

namespace repartee::stores::sqlite {

void describe(Fields& fields, SqliteSettings& settings) {
    fields.field("readers", settings.readers,
                 {.help = "How many threads read the database; one more writes.", .least = 1, .most = 64});
    fields.field("busy_timeout", settings.busy_timeout,
                 {.help = "How long a write by another program is waited for.", .least = 0, .most = 60'000});
    fields.field(
        "longest_read", settings.longest_read,
        {.help = "A look-up in the database that takes longer is stopped.", .least = 100, .most = 600'000});
    fields.field(
        "longest_search", settings.longest_search,
        {.help = "A search by words, through all that somebody has, is stopped when it takes longer.",
         .least = 100,
         .most = 600'000});
    stores::describe(fields, settings.memories);
}

}  // namespace repartee::stores::sqlite
