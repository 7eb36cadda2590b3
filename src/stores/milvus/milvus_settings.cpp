#include "stores/milvus/milvus_settings.h"

namespace repartee::stores::milvus {

void describe(Fields& fields, MilvusSettings& settings) {
    fields.field(
        "token", settings.token,
        {.help = "What Milvus lets us in for: user:password, or an API key; empty: what the URL has, "
                 "or nothing."});
    fields.field("database", settings.database,
                 {.help = "The database within Milvus; empty: what the URL has, or Milvus's default."});
    fields.field("collection", settings.collection,
                 {.help = "What the names of all collections begin with. Servers with different databases "
                          "that share one Milvus need different ones."});
    fields.field("patience", settings.patience,
                 {.help = "How long a search waits for Milvus before the database searches itself.",
                  .least = 10,
                  .most = 60'000});
    fields.field("timeout", settings.timeout,
                 {.help = "How long one call to Milvus may take when nobody waits for it.",
                  .least = 100,
                  .most = 300'000});
    fields.field(
        "fall_back", settings.fall_back,
        {.help = "Whether the database searches itself while Milvus cannot; else such a search fails."});
    fields.field("certificate_authority", settings.certificate_authority,
                 {.help = "PEM file with the authorities that https:// trusts; empty: the system's."});
}

}  // namespace repartee::stores::milvus
