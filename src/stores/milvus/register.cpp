#include "stores/catalogue.h"
#include "stores/milvus/milvus_store.h"

namespace repartee::stores::milvus {

void offer(Catalogue& catalogue) {
    // Owned by the section that fills them in and by the offer that reads them later.
    auto settings = std::make_shared<MilvusSettings>();
    catalogue.settings.push_back(
        {.name = "milvus",
         .help = "Memories found by Milvus, as vector_db_type and vector_db_url say.",
         .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    catalogue.vector_stores.push_back(
        {.kind = "milvus",
         .schemes = {"http", "https"},
         .check = [settings](const std::string& url) { return check_settings(*settings, url); },
         .create = [settings](const Surroundings& surroundings, const std::string& url,
                              Database& database) -> Result<std::unique_ptr<VectorStore>> {
             return create_store(*settings, surroundings, url, database);
         }});
}

}  // namespace repartee::stores::milvus
