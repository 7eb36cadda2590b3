#include "engines/cartesia/cartesia_settings.h"

namespace repartee::engines::cartesia {

void describe(Fields& fields, CartesiaSettings& settings) {
    fields.field("api_key", settings.api_key,
                 {.help = "Key of Cartesia.", .environment = "CARTESIA_API_KEY"});
    fields.field("base_url", settings.base_url,
                 {.help = "Where Cartesia listens, or whoever speaks its language.",
                  .environment = "CARTESIA_BASE_URL"});
    fields.field("version", settings.version,
                 {.help = "Version of the protocol, as Cartesia-Version has it."});
    fields.field("patience", settings.patience,
                 {.help = "How long Cartesia may keep a turn waiting, for a connection, for the transcript "
                          "behind an utterance, and for the next sound of a reply.",
                  .least = 100,
                  .most = 600'000});
    fields.field("spare_connections", settings.spare_connections,
                 {.help = "How many connections stand ready for the next utterance, and for the next reply.",
                  .least = 0,
                  .most = 16});
    fields.field("keep_warm", settings.keep_warm,
                 {.help = "How long after the last use they do so.", .least = 0, .most = 86'400'000});
    fields.field("recogniser_model", settings.recogniser_model, {.help = "The model that hears."});
    fields.field("recogniser_language", settings.recogniser_language,
                 {.help = "What is spoken where nobody says so, as a BCP 47 tag: Cartesia has to be told."});
    fields.field("synthesiser_model", settings.synthesiser_model, {.help = "The model that speaks."});
    fields.field("voice", settings.voice, {.help = "Id of the voice for agents that name none."});
    fields.field("sample_rate", settings.sample_rate,
                 {.help = "Samples per second of what is spoken: 8000, 16000, 22050, 24000, 44100 or 48000; "
                          "another number means the next one above.",
                  .least = 8'000,
                  .most = 48'000});
    fields.field("speed", settings.speed,
                 {.help = "Rate of speech, on top of what the agent's voice asks for; together 0.6 to 1.5.",
                  .least = 0.6,
                  .most = 1.5});
    fields.field("volume", settings.volume,
                 {.help = "Loudness, on top of what the agent's voice asks for; together 0.5 to 2.",
                  .least = 0.5,
                  .most = 2.0});
    fields.field("emotion", settings.emotion,
                 {.help = "How agents sound that have no emotion of their own: calm, excited ..."});
    fields.field(
        "replies_per_connection", settings.replies_per_connection,
        {.help = "How many replies are spoken over one connection at a time.", .least = 1, .most = 1000});
}

std::string base_of(const CartesiaSettings& settings) {
    return settings.base_url.empty() ? CartesiaSettings{}.base_url : settings.base_url;
}

Provider provider_of(const CartesiaSettings& settings) {
    return {.name = "Cartesia",
            .base_url = base_of(settings),
            .key_variable = "CARTESIA_API_KEY",
            .key = settings.api_key};
}

net::Headers headers_of(const CartesiaSettings& settings) {
    net::Headers headers{{"Cartesia-Version", settings.version}};
    if (!settings.api_key.empty()) {
        headers.add("X-API-Key", settings.api_key.reveal());
    }
    return headers;
}

CartesiaSettings wished_recogniser(CartesiaSettings settings, const Wishes& wishes) {
    grant_address(wishes, settings);
    grant(wishes.model, settings.recogniser_model);
    return settings;
}

CartesiaSettings wished_synthesiser(CartesiaSettings settings, const Wishes& wishes) {
    grant_address(wishes, settings);
    grant(wishes.model, settings.synthesiser_model);
    grant(wishes.api_version, settings.version);
    return settings;
}

}  // namespace repartee::engines::cartesia
