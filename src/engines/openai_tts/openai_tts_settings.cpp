#include "engines/openai_tts/openai_tts_settings.h"

#include <array>

namespace repartee::engines::openai_tts {

namespace {

constexpr std::array<std::string_view, 2> formats{"wav", "pcm"};

}  // namespace

void describe(Fields& fields, OpenAiTtsSettings& settings) {
    fields.field(
        "base_url", settings.base_url,
        {.help =
             "Where the server is, up to and with /v1; several with commas between share the "
             "work. `auto` takes one on this machine or in the house that speaks, and never one elsewhere.",
         .environment = "OPENAI_BASE_URL"});
    fields.field("api_key", settings.api_key,
                 {.help = "Its key; servers at home mostly need none.", .environment = "OPENAI_API_KEY"});
    fields.field("model", settings.model, {.help = "The model that speaks, as the server calls it."});
    fields.field("voice", settings.voice, {.help = "The voice of agents that name none."});
    fields.field("languages", settings.languages,
                 {.help = "What it speaks, as BCP 47 tags; empty: everything."});
    fields.field("instructions", settings.instructions,
                 {.help = "How to speak, in a sentence, for models that understand that; not tts-1."});
    fields.field("format", settings.format,
                 {.help = "What is asked for; `wav` says its rate itself.", .choices = formats});
    fields.field("pcm_rate", settings.pcm_rate,
                 {.help = "Samples per second of sound that comes without a header.",
                  .least = 8'000,
                  .most = 192'000});
    fields.field("speed", settings.speed,
                 {.help = "Rate of speech, on top of what the agent's voice asks for; together 0.25 to 4.",
                  .least = 0.25,
                  .most = 4.0});
    fields.field("timeout", settings.timeout,
                 {.help = "How long the server may take for the first sound of a sentence.",
                  .least = 100,
                  .most = 3'600'000});
    fields.field(
        "stall_timeout", settings.stall_timeout,
        {.help = "How long it may be silent in the middle of one.", .least = 100, .most = 3'600'000});
    engines::describe(fields, settings.addresses);
}

Provider provider_of(const OpenAiTtsSettings& settings) {
    return {.name = "The speech server",
            .base_url = settings.base_url.empty() ? OpenAiTtsSettings{}.base_url : settings.base_url,
            .key_variable = "OPENAI_API_KEY",
            .key = settings.api_key};
}

OpenAiTtsSettings wished(OpenAiTtsSettings settings, const Wishes& wishes) {
    grant_address(wishes, settings);
    grant(wishes.model, settings.model);
    return settings;
}

}  // namespace repartee::engines::openai_tts
