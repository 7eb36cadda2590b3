#include "engines/catalogue.h"
#include "engines/ollama/ollama_model.h"

namespace repartee::engines::ollama {

void offer(Catalogue& catalogue) {
    // Owned by the section that fills them in and by the offer that reads them later.
    auto settings = std::make_shared<OllamaSettings>();
    catalogue.settings.push_back({.name = "ollama",
                                  .help = "Language models served by Ollama.",
                                  .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    catalogue.models.push_back(
        {.kind = "ollama",
         .place = Place::Local,
         .automatic = true,
         .rank = 50,
         .create = [settings](const Surroundings& around, const Wishes& wishes) -> std::unique_ptr<Model> {
             return std::make_unique<OllamaModel>(wished(*settings, wishes), around.http, around.clock,
                                                  around.log);
         }});
}

}  // namespace repartee::engines::ollama
