#include "engines/ollama_embedder/ollama_embedder_settings.h"

namespace repartee::engines::ollama_embedder {

void describe(Fields& fields, OllamaEmbedderSettings& settings) {
    fields.field("base_url", settings.base_url,
                 {.help = "Where Ollama listens.", .environment = "OLLAMA_BASE_URL"});
    fields.field("model", settings.model,
                 {.help = "The embedding model, as `ollama list` shows it. Another one embeds what is "
                          "remembered anew."});
    fields.field("dimensions", settings.dimensions,
                 {.help = "Numbers in a vector, for models that can do with fewer; 0: their own.",
                  .least = 0,
                  .most = 16'384});
    fields.field("keep_alive", settings.keep_alive,
                 {.help = "How long the model stays in memory after a text: `10m`, `-1` for ever; empty: "
                          "Ollama's choice."});
    fields.field("timeout", settings.timeout,
                 {.help = "How long it may take for its answer; loading the model is part of that.",
                  .least = 100,
                  .most = 3'600'000});
}

OllamaEmbedderSettings wished(OllamaEmbedderSettings settings, const Wishes& wishes) {
    grant(wishes.base_url, settings.base_url);
    grant(wishes.model, settings.model);
    return settings;
}

Provider provider_of(const OllamaEmbedderSettings& settings) {
    return {.name = "Ollama",
            .base_url = settings.base_url.empty() ? OllamaEmbedderSettings{}.base_url : settings.base_url,
            .key_variable = "OLLAMA_BASE_URL",
            .key = {}};
}

}  // namespace repartee::engines::ollama_embedder
