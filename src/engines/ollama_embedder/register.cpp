#include "engines/catalogue.h"
#include "engines/ollama_embedder/ollama_embedder.h"

namespace repartee::engines::ollama_embedder {

void offer(Catalogue& catalogue) {
    // Two owners: the offer, which creates the engine later, and the description, which fills it.
    auto settings = std::make_shared<OllamaEmbedderSettings>();
    catalogue.settings.push_back({.name = "ollama_embedder",
                                  .help = "Embedding models served by Ollama (kind `ollama`).",
                                  .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    catalogue.embedders.push_back(
        {.kind = "ollama",
         .place = Place::Local,
         .automatic = false,
         .create = [settings](const Surroundings& around, const Wishes& wishes) -> std::unique_ptr<Embedder> {
             return std::make_unique<OllamaEmbedder>(wished(*settings, wishes), around.http, around.clock,
                                                     around.pool, around.log);
         }});
}

}  // namespace repartee::engines::ollama_embedder
