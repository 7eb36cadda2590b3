#include "engines/catalogue.h"
#include "engines/openai_embedder/openai_embedder.h"

namespace repartee::engines::openai_embedder {

void offer(Catalogue& catalogue) {
    // Two owners: the offer, which creates the engine later, and the description, which fills it.
    auto settings = std::make_shared<OpenAiEmbedderSettings>();
    catalogue.settings.push_back({.name = "openai_embedder",
                                  .help = "Embedders behind OpenAI's /embeddings (kind `openai`).",
                                  .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    catalogue.embedders.push_back(
        {.kind = "openai",
         .place = Place::Cloud,
         .automatic = false,
         .create = [settings](const Surroundings& around, const Wishes& wishes) -> std::unique_ptr<Embedder> {
             return std::make_unique<OpenAiEmbedder>(wished(*settings, wishes), around.http, around.clock,
                                                     around.pool, around.log);
         }});
}

}  // namespace repartee::engines::openai_embedder
