#include "agents/definition.h"

#include <array>

namespace repartee::agents {

namespace {

constexpr std::array<std::string_view, 5> thinking_choices{"", "off", "low", "medium", "high"};

// What stands in a settings file where the model is to decide for itself.
constexpr double own_temperature = -1;
constexpr std::int64_t own_length = 0;

void describe_choice(Fields& fields, EngineChoice& choice) {
    fields.field("kind", choice.kind,
                 {.help = "Which engine, as in [engines]; empty: the one that is used there."});
    fields.field("model", choice.model,
                 {.help = "The model or voice set within it; empty: its own settings say."});
    fields.field("base_url", choice.base_url, {.help = "Where it is; empty: its own settings say."});
    fields.field("api_key", choice.api_key, {.help = "The key to it; empty: its own settings say."});
}

void describe_sampling(Fields& fields, engines::SamplingOptions& sampling) {
    double temperature = sampling.temperature.value_or(own_temperature);
    fields.field("temperature", temperature,
                 {.help = "How freely the model chooses its words; -1 leaves it to the model.",
                  .least = -1,
                  .most = 2});
    sampling.temperature = temperature < 0 ? std::nullopt : std::optional(temperature);

    std::int64_t length = sampling.max_tokens.value_or(own_length);
    fields.field("max_tokens", length,
                 {.help = "How long an answer may get; 0 leaves it to the model.", .least = 0, .most = 1e6});
    sampling.max_tokens = length == own_length ? std::nullopt : std::optional(static_cast<int>(length));
}

void describe_turn_taking(Fields& fields, TurnTaking& turns) {
    fields.field("threshold", turns.threshold,
                 {.help = "From which probability on sound is speech, for detectors that know probabilities.",
                  .least = 0,
                  .most = 1});
    fields.field("min_speech", turns.min_speech,
                 {.help = "Voice that goes on for so long interrupts, whatever its words.",
                  .least = 20,
                  .most = 10'000});
    fields.field("min_silence", turns.min_silence,
                 {.help = "Silence after which an utterance is over.", .least = 100, .most = 10'000});
    std::int64_t pieces = turns.max_interruptions;
    fields.field(
        "max_interruptions", pieces,
        {.help = "Voiced pieces of sound in a row that interrupt, where the recogniser tells no partials.",
         .least = 1,
         .most = 10'000});
    turns.max_interruptions = static_cast<int>(pieces);
    fields.field("hold_off", turns.hold_off,
                 {.help = "How long after an interruption nothing interrupts.", .least = 0, .most = 60'000});
    fields.field("lead", turns.lead,
                 {.help = "How far sound that has left may be ahead of the listener's ear.",
                  .least = 40,
                  .most = 5000});
}

}  // namespace

Definition blank(std::string id) {
    Definition definition;
    definition.agent.name = id;
    definition.agent.id = std::move(id);
    definition.agent.skills = {"clock", "calculator", "timer"};
    definition.agent.voice.speed = usual_speed;
    return definition;
}

void describe(Fields& fields, Definition& definition) {
    auto& agent = definition.agent;
    fields.field("name", agent.name, {.help = "What the agent is called."});
    fields.field("system_prompt", agent.instructions,
                 {.help = "Who it is and how it talks, as the model is told."});
    fields.field("first_response_message", definition.first_message,
                 {.help = "What it says when a call begins; empty: the caller speaks first."});
    fields.field("skills", agent.skills, {.help = "What it may do besides talking."});
    fields.field("language", agent.voice.language, {.help = "The language it speaks, as a BCP 47 tag."});
    fields.field("voice", agent.voice.name,
                 {.help = "The synthesiser's name for its voice; empty: one of the language."});
    fields.field("speed", agent.voice.speed,
                 {.help = "1 is the voice's natural rate.", .least = slowest, .most = fastest});
    fields.field("volume", agent.voice.volume, {.help = "1 is natural.", .least = quietest, .most = loudest});
    fields.field("emotion", agent.voice.emotion,
                 {.help = "A hint to synthesisers that can act; empty: none."});
    describe_sampling(fields, agent.sampling);
    fields.field("session_timeout", definition.session_timeout,
                 {.help = "How long a call may last.", .least = 1000, .most = 86'400'000});
    fields.section("recogniser", "Who hears for it.", [&](Fields& below) {
        auto& choice = definition.recogniser;
        describe_choice(below, choice);
        below.field("language", choice.language,
                    {.help = "The language it is spoken to in; empty: its own, or any."});
        below.field("language_hints", choice.language_hints,
                    {.help = "Languages to expect, for recognisers that tell them apart."});
        below.field("identifies_language", choice.identifies_language, {.help = "Whether they are to."});
        below.field("separates_speakers", choice.separates_speakers,
                    {.help = "Whether speakers are told apart."});
        below.field("finds_endpoints", choice.finds_endpoints,
                    {.help = "Whether the recogniser may say where an utterance ends."});
    });
    fields.section("model", "Who thinks for it.", [&](Fields& below) {
        describe_choice(below, definition.model);
        below.field(
            "thinking", definition.model.thinking,
            {.help = "Whether a model that can reason before it answers does so; empty: its settings say.",
             .choices = thinking_choices});
    });
    fields.section("synthesiser", "Who speaks for it.", [&](Fields& below) {
        describe_choice(below, definition.synthesiser);
        below.field(
            "api_version", definition.synthesiser.api_version,
            {.help = "The version of the provider's interface; empty: the one the engine was written for."});
    });
    fields.section("turn_taking", "How it shares the floor.",
                   [&](Fields& below) { describe_turn_taking(below, definition.turn_taking); });
}

}  // namespace repartee::agents
