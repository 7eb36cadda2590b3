#include "engines/openai/openai_settings.h"

#include <array>

namespace repartee::engines::openai {

namespace {

constexpr std::array<std::string_view, 5> thinking_choices{"off", "model", "low", "medium", "high"};

constexpr std::array<std::string_view, 8> switch_choices{
    "auto",     "reasoning_effort", "reasoning",         "chat_template_kwargs",
    "thinking", "enable_thinking",  "disable_reasoning", "none"};

void describe_manners(Fields& fields, OpenAiSettings& settings) {
    fields.field(
        "timeout", settings.timeout,
        {.help = "How long the server may take for the first word.", .least = 100, .most = 3'600'000});
    fields.field(
        "stall_timeout", settings.stall_timeout,
        {.help = "How long it may be silent in the middle of an answer.", .least = 100, .most = 3'600'000});
    fields.field(
        "thinking", settings.thinking,
        {.help = "Whether a model that can reason before it answers does so; off is faster to the first "
                 "word, model leaves it alone.",
         .choices = thinking_choices});
    fields.field(
        "thinking_switch", settings.thinking_switch,
        {.help = "The request member by which the server is told so; auto goes by its address and the "
                 "model's name.",
         .choices = switch_choices});
}

}  // namespace

OpenAiSettings lmstudio_settings() {
    return {.base_url = "http://localhost:1234/v1",
            .names = {.base_url = "engines.lmstudio.base_url",
                      .api_key = "engines.lmstudio.api_key",
                      .model = "OPENAI_MODEL"}};
}

void describe(Fields& fields, OpenAiSettings& settings) {
    fields.field(
        "base_url", settings.base_url,
        {.help =
             "Where the server is, up to and with /v1; several with commas between share the work. `auto` "
             "takes one on this machine or in the house, and never one elsewhere.",
         .environment = "OPENAI_BASE_URL"});
    fields.field("api_key", settings.api_key,
                 {.help = "Its key; servers at home mostly need none.", .environment = "OPENAI_API_KEY"});
    fields.field(
        "model", settings.model,
        {.help = "The model it is asked for; empty: gpt-4o-mini at OpenAI, the first one that a server at "
                 "home lists.",
         .environment = "OPENAI_MODEL"});
    describe_manners(fields, settings);
    engines::describe(fields, settings.addresses);
}

void describe_lmstudio(Fields& fields, OpenAiSettings& settings) {
    fields.field("base_url", settings.base_url, {.help = "Where LM Studio's server is."});
    fields.field("api_key", settings.api_key, {.help = "Its key, if it was given one."});
    fields.field(
        "model", settings.model,
        {.help = "The model it is asked for; empty: the first one it lists.", .environment = "OPENAI_MODEL"});
    describe_manners(fields, settings);
}

OpenAiSettings wished(OpenAiSettings settings, const Wishes& wishes) {
    grant_address(wishes, settings);
    grant(wishes.model, settings.model);
    grant(wishes.thinking, settings.thinking);
    if (!wishes.base_url.empty() || !wishes.api_key.empty()) {
        settings.names = {"the agent's base_url", "the agent's api_key", "the agent's model"};
    }
    return settings;
}

}  // namespace repartee::engines::openai
