#include "engines/llama/llama_settings.h"

#include <array>

namespace repartee::engines::llama {

namespace {

constexpr std::array<std::string_view, 2> thinking_choices{"off", "model"};

}  // namespace

void describe(Fields& fields, LlamaSettings& settings) {
    fields.field(
        "model", settings.model,
        {.help = "Name of a model, or of a GGUF file; empty: the best that fits of those in the folder "
                 "models of the data directory.",
         .environment = "LLAMA_MODEL"});
    fields.field("server", settings.server,
                 {.help = "The llama-server to run; empty: that of the engine kit, else the system's.",
                  .environment = "LLAMA_SERVER"});
    fields.field("context", settings.context,
                 {.help = "How many tokens a conversation may have, instructions and answer included; of a "
                          "longer one the oldest is left out. A word has one to three.",
                  .environment = "LLAMA_CONTEXT",
                  .least = 512,
                  .most = 1 << 20});
    fields.field(
        "slots", settings.slots,
        {.help = "How many conversations it remembers, and answers at once. Each takes the memory of a "
                 "context.",
         .least = 1,
         .most = 64});
    fields.field("threads", settings.threads,
                 {.help = "Threads it computes on; 0: as many as there are cores.", .least = 0, .most = 256});
    fields.field("device", settings.device,
                 {.help = "Where to compute: auto, cpu, or what llama-server --list-devices names.",
                  .environment = "LLAMA_DEVICE"});
    fields.field("memory", settings.memory,
                 {.help = "Mebibytes it may take; 0: what the machine has left when it is started.",
                  .least = 0,
                  .most = 1 << 24});
    fields.field("thinking", settings.thinking,
                 {.help = "Whether a model that can reason before it answers does so; off is faster to the "
                          "first word, model leaves it alone.",
                  .choices = thinking_choices});
    fields.field("patience", settings.patience,
                 {.help = "How long the first word may take; a slow machine reads a long conversation for a "
                          "minute.",
                  .least = 100,
                  .most = 3'600'000});
    fields.field(
        "stall_timeout", settings.stall_timeout,
        {.help = "How long it may be silent in the middle of an answer.", .least = 100, .most = 3'600'000});
}

LlamaSettings wished(LlamaSettings settings, const Wishes& wishes) {
    grant(wishes.model, settings.model);
    grant(wishes.thinking, settings.thinking);
    return settings;
}

}  // namespace repartee::engines::llama
