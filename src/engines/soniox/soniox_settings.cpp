#include "engines/soniox/soniox_settings.h"

namespace repartee::engines::soniox {

void describe(Fields& fields, SonioxSettings& settings) {
    fields.field("api_key", settings.api_key, {.help = "Key of Soniox.", .environment = "SONIOX_API_KEY"});
    fields.field(
        "base_url", settings.base_url,
        {.help = "Where Soniox listens, or whoever speaks its language; /transcribe-websocket is added "
                 "where it has no path.",
         .environment = "SONIOX_BASE_URL"});
    fields.field("model", settings.model, {.help = "The model that hears."});
    fields.field(
        "language_hints", settings.language_hints,
        {.help = "Languages that are likely besides the one of the conversation: [\"en\", \"hi\"]."});
    fields.field("terms", settings.terms, {.help = "Names and words that are hard to hear."});
    fields.field("key_in_message", settings.key_in_message,
                 {.help = "Whether the key goes into the first message too, for gateways of the old kind."});
    fields.field(
        "catch_up", settings.catch_up,
        {.help = "How many times faster than it was spoken a recording may be sent; Soniox hangs up on "
                 "bursts. 0 is as fast as it goes.",
         .least = 0,
         .most = 1000});
    fields.field(
        "patience", settings.patience,
        {.help = "How long Soniox may keep a turn waiting, for a connection, for a sign of life while "
                 "somebody speaks, and for the transcript behind an utterance.",
         .least = 100,
         .most = 600'000});
    fields.field(
        "spare_connections", settings.spare_connections,
        {.help = "How many connections stand ready for the next utterance.", .least = 0, .most = 16});
    fields.field("keep_warm", settings.keep_warm,
                 {.help = "How long after the last use they do so.", .least = 0, .most = 86'400'000});
}

Provider provider_of(const SonioxSettings& settings) {
    return {.name = "Soniox",
            .base_url = settings.base_url.empty() ? SonioxSettings{}.base_url : settings.base_url,
            .key_variable = "SONIOX_API_KEY",
            .key = settings.api_key};
}

SonioxSettings wished(SonioxSettings settings, const Wishes& wishes) {
    grant_address(wishes, settings);
    grant(wishes.model, settings.model);
    grant(wishes.language_hints, settings.language_hints);
    return settings;
}

}  // namespace repartee::engines::soniox
