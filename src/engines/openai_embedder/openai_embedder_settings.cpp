#include "engines/openai_embedder/openai_embedder_settings.h"

#include "engines/embedder.h"

namespace repartee::engines::openai_embedder {

void describe(Fields& fields, OpenAiEmbedderSettings& settings) {
    fields.field(
        "base_url", settings.base_url,
        {.help = "Where the server is, up to and with /v1; several with commas between share the work.",
         .environment = "OPENAI_BASE_URL"});
    fields.field("api_key", settings.api_key,
                 {.help = "Its key; servers at home mostly need none.", .environment = "OPENAI_API_KEY"});
    fields.field("model", settings.model,
                 {.help = "The embedding model, as the server calls it. Another one embeds what is "
                          "remembered anew."});
    fields.field("dimensions", settings.dimensions,
                 {.help = "Numbers in a vector, for models that can do with fewer; 0: their own.",
                  .least = 0,
                  .most = 16'384});
    fields.field("batch", settings.batch,
                 {.help = "Texts in one request; some servers at home take few.",
                  .least = 1,
                  .most = static_cast<double>(Embedder::most_texts)});
    fields.field("longest_text", settings.longest_text,
                 {.help = "Bytes of a text that are sent: no more than the model reads.",
                  .least = 64,
                  .most = 1'000'000});
    fields.field("timeout", settings.timeout,
                 {.help = "How long the server may take for its answer.", .least = 100, .most = 3'600'000});
    engines::describe(fields, settings.addresses);
}

OpenAiEmbedderSettings wished(OpenAiEmbedderSettings settings, const Wishes& wishes) {
    grant_address(wishes, settings);
    grant(wishes.model, settings.model);
    return settings;
}

Provider provider_of(const OpenAiEmbedderSettings& settings) {
    return {.name = "The embedding server",
            .base_url = settings.base_url.empty() ? OpenAiEmbedderSettings{}.base_url : settings.base_url,
            .key_variable = "OPENAI_API_KEY",
            .key = settings.api_key};
}

}  // namespace repartee::engines::openai_embedder
