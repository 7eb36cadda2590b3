#include "engines/openai_stt/openai_stt_settings.h"

namespace repartee::engines::openai_stt {

void describe(Fields& fields, OpenAiSttSettings& settings) {
    fields.field("base_url", settings.base_url,
                 {.help = "Where the server is, up to and with /v1; several with commas between share the "
                          "work. `auto` takes one on this machine or in the house that transcribes, and "
                          "never one elsewhere.",
                  .environment = "OPENAI_BASE_URL"});
    fields.field("api_key", settings.api_key,
                 {.help = "Its key; servers at home mostly need none.", .environment = "OPENAI_API_KEY"});
    fields.field("model", settings.model, {.help = "The model that hears, as the server calls it."});
    fields.field("languages", settings.languages,
                 {.help = "What it understands, as BCP 47 tags; empty: everything."});
    fields.field("prompt", settings.prompt,
                 {.help = "Names and words that are hard to hear, in a sentence."});
    fields.field("stream", settings.stream,
                 {.help = "Whether the text may come piece by piece, from servers that can."});
    fields.field("translation_model", settings.translation_model,
                 {.help = "The model that hears where a translation into English is wanted; empty: the same. "
                          "Of OpenAI's own only whisper-1 translates."});
    fields.field(
        "timeout", settings.timeout,
        {.help = "How long the server may take for its answer, on top of the length of the recording.",
         .least = 100,
         .most = 3'600'000});
    fields.field(
        "stall_timeout", settings.stall_timeout,
        {.help = "How long it may be silent in the middle of its answer.", .least = 100, .most = 3'600'000});
    // OpenAI takes 25 MB, which is 13 minutes.
    fields.field("longest_utterance", settings.longest_utterance,
                 {.help = "The longest utterance that is sent.", .least = 1000, .most = 4 * 3'600'000});
    engines::describe(fields, settings.addresses);
}

Provider provider_of(const OpenAiSttSettings& settings) {
    return {.name = "The transcription server",
            .base_url = settings.base_url.empty() ? OpenAiSttSettings{}.base_url : settings.base_url,
            .key_variable = "OPENAI_API_KEY",
            .key = settings.api_key};
}

OpenAiSttSettings wished(OpenAiSttSettings settings, const Wishes& wishes) {
    grant_address(wishes, settings);
    grant(wishes.model, settings.model);
    return settings;
}

}  // namespace repartee::engines::openai_stt
