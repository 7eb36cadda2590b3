#include "surfaces/assistant/assistant_surface.h"

namespace repartee::surfaces::assistant {

void describe(Fields& fields, AssistantSettings& settings) {
    fields.field("max_audio_bytes", settings.max_audio_bytes,
                 {.help = "Bytes of one utterance; more closes the socket with 1009.",
                  .environment = "MAX_AUDIO_BYTES",
                  .least = 1000,
                  .most = 1e9});
    fields.field("llm_enabled", settings.llm_enabled,
                 {.help = "Whether what was said is answered. Applies while the model is `auto` or `ollama`.",
                  .environment = "OLLAMA_ENABLED"});
    fields.field("language", settings.language, {.help = "The language that is spoken, as a BCP 47 tag."});
    fields.field("history_messages", settings.history_messages,
                 {.help = "How many messages of a socket's conversation the model is reminded of.",
                  .least = 0,
                  .most = 1000});
}

void offer(std::vector<SurfaceOffer>& offers) {
    // Shared by the two closures below: the description fills it in, the surface is built from it.
    auto settings = std::make_shared<AssistantSettings>();
    offers.push_back({.name = "assistant",
                      .help = "Push-to-talk over /ws, and the chat box's /api.",
                      .describe = [settings](Fields& fields) { describe(fields, *settings); },
                      .create = [settings](const Stage& stage) -> std::unique_ptr<Surface> {
                          return std::make_unique<AssistantSurface>(stage, *settings);
                      }});
}

}  // namespace repartee::surfaces::assistant
