#include "engines/catalogue.h"
#include "engines/openai_embedder/openai_embedder.h"
#include "engines/pooled.h"

namespace repartee::engines::openai_embedder {

void offer(Catalogue& catalogue) {
    // Two owners: the offer, which creates the engine later, and the description, which fills it.
    auto settings = std::make_shared<OpenAiEmbedderSettings>();
    auto servers = std::make_shared<AddressBookHolder>("embedder", "openai");
    catalogue.settings.push_back({.name = "openai_embedder",
                                  .help = "Embedders behind OpenAI's /embeddings (kind `openai`).",
                                  .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    catalogue.embedders.push_back(
        {.kind = "openai",
         .place = Place::Cloud,
         .automatic = false,
         .create = [settings, servers](const Surroundings& around,
                                       const Wishes& wishes) -> std::unique_ptr<Embedder> {
             const auto wanted = wished(*settings, wishes);
             return at_addresses<Embedder>(
                 wanted.base_url, wanted.addresses, *servers, around, [&](const std::string& address) {
                     auto one = wanted;
                     one.base_url = address;
                     return std::make_unique<OpenAiEmbedder>(std::move(one), around.http, around.clock,
                                                             around.pool, around.log);
                 });
         }});
}

}  // namespace repartee::engines::openai_embedder
