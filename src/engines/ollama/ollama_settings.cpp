#include "engines/ollama/ollama_settings.h"

#include <array>

namespace repartee::engines::ollama {

namespace {

constexpr std::array<std::string_view, 6> think_choices{"model", "off", "on", "low", "medium", "high"};

}  // namespace

void describe(Fields& fields, OllamaSettings& settings) {
    fields.field("enabled", settings.enabled,
                 {.help = "Whether Ollama may be asked at all.", .environment = "OLLAMA_ENABLED"});
    fields.field("base_url", settings.base_url,
                 {.help = "Where Ollama listens.", .environment = "OLLAMA_BASE_URL"});
    fields.field(
        "model", settings.model,
        {.help = "Which of its models answers: a name, or name:tag.", .environment = "OLLAMA_MODEL"});
    fields.field("timeout", settings.timeout,
                 {.help = "How long Ollama may keep us waiting for the first byte, or for the next one.",
                  .environment = "OLLAMA_TIMEOUT",
                  .least = 100,
                  .most = 3'600'000});
    fields.field(
        "context_size", settings.context_size,
        {.help = "Tokens of conversation the model sees; 0 leaves it to Ollama. A change reloads the model.",
         .least = 0,
         .most = 10'000'000});
    fields.field(
        "keep_alive", settings.keep_alive,
        {.help =
             "How long Ollama keeps the model loaded: \"10m\", \"-1\" for ever; empty leaves it to Ollama."});
    fields.field(
        "think", settings.think,
        {.help =
             "Whether a model that can reason before it answers does so; off is faster to the first word.",
         .choices = think_choices});
}

OllamaSettings wished(OllamaSettings settings, const Wishes& wishes) {
    grant(wishes.base_url, settings.base_url);
    grant(wishes.model, settings.model);
    grant(wishes.thinking, settings.think);
    return settings;
}

}  // namespace repartee::engines::ollama
