#include "engines/gemini/gemini_settings.h"

#include <array>

namespace repartee::engines::gemini {

namespace {

constexpr std::array<std::string_view, 4> thinking_choices{"off", "model", "low", "high"};
constexpr std::array<std::string_view, 5> safety_choices{"model", "low_and_above", "medium_and_above",
                                                         "only_high", "off"};

}  // namespace

void describe(Fields& fields, GeminiSettings& settings) {
    fields.field("base_url", settings.base_url,
                 {.help = "Where Gemini is, up to and with its version.", .environment = "GEMINI_BASE_URL"});
    fields.field("api_key", settings.api_key, {.help = "The key to it.", .environment = "GEMINI_API_KEY"});
    fields.field("model", settings.model,
                 {.help = "The model it is asked for.", .environment = "GEMINI_MODEL"});
    fields.field("timeout", settings.timeout,
                 {.help = "How long Gemini may take for the first words.", .least = 100, .most = 3'600'000});
    fields.field(
        "stall_timeout", settings.stall_timeout,
        {.help = "How long it may be silent in the middle of an answer.", .least = 100, .most = 3'600'000});
    fields.field(
        "thinking", settings.thinking,
        {.help = "Whether a model that can reason before it answers does so; off is as little as the model "
                 "allows, model leaves it alone.",
         .choices = thinking_choices});
    fields.field(
        "safety", settings.safety,
        {.help = "From which probability of harm on Gemini breaks an answer off; model leaves it alone.",
         .choices = safety_choices});
}

GeminiSettings wished(GeminiSettings settings, const Wishes& wishes) {
    grant_address(wishes, settings);
    grant(wishes.model, settings.model);
    // What Gemini knows no word for is nearest to "high".
    grant(wishes.thinking == "medium" ? std::string("high") : wishes.thinking, settings.thinking);
    if (!wishes.base_url.empty() || !wishes.api_key.empty()) {
        settings.names = {"the agent's base_url", "the agent's api_key", "the agent's model"};
    }
    return settings;
}

}  // namespace repartee::engines::gemini
