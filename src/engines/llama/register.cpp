#include "engines/catalogue.h"
#include "engines/llama/llama_model.h"

#include <cstdlib>

#ifndef REPARTEE_ENGINE_KIT
#define REPARTEE_ENGINE_KIT ""
#endif

namespace repartee::engines::llama {

void offer(Catalogue& catalogue) {
    // Owned by the section that fills them in and by the offer that reads them later.
    auto settings = std::make_shared<LlamaSettings>();
    // Owned by the offer and by the engines that it makes.
    auto servers = std::make_shared<Servers>();
    catalogue.settings.push_back({.name = "llama",
                                  .help = "A language model on this machine, by llama.cpp's server.",
                                  .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    catalogue.models.push_back(
        {.kind = "llama",
         .place = Place::Local,
         // Whoever has put a model file there wants it used, before what merely happens to be there (Ollama),
         // and behind a server whose address somebody has set.
         .automatic = true,
         .rank = 55,
         .create = [settings, servers](const Surroundings& around,
                                       const Wishes& wishes) -> std::unique_ptr<Model> {
             const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe)
             Whereabouts whereabouts{
                 .named = settings->server, .kit = REPARTEE_ENGINE_KIT, .path = path == nullptr ? "" : path};
             Environs environs{around.executor, around.clock, around.log, around.metrics, around.http};
             return std::make_unique<LlamaModel>(wished(*settings, wishes), around.data_directory / "models",
                                                 std::move(whereabouts), std::move(environs), around.pool,
                                                 servers);
         }});
}

}  // namespace repartee::engines::llama
