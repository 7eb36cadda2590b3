#include "surfaces/voice_ai/voice_ai_surface.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace repartee::surfaces::voice_ai {

namespace {

constexpr std::array<std::string_view, 3> anonymous_choices{"loopback", "always", "never"};

std::vector<std::string> mistakes_in(const VoiceAiSettings& settings, const engines::Catalogue& catalogue) {
    std::vector<std::string> mistakes;
    if (settings.model.empty()) {
        return mistakes;
    }
    auto known = engines::model_kinds(catalogue);
    for (const auto& word : engines::words_of_choice(settings.model)) {
        if (std::ranges::find(known, word) == known.end()) {
            mistakes.push_back(
                fmt::format("model: there is no engine '{}'; known here: {}", word, fmt::join(known, ", ")));
        }
    }
    return mistakes;
}

}  // namespace

void describe(Fields& fields, VoiceAiSettings& settings) {
    fields.field(
        "anonymous", settings.anonymous,
        {.help = "Who may talk without an account: `loopback`, everybody as long as only this machine can "
                 "reach the server; `always`; `never`. Nobody in particular is remembered for an hour, and "
                 "sees nothing of anybody else.",
         .choices = anonymous_choices});
    fields.field(
        "model", settings.model,
        {.help = "Who thinks, as in [engines]. Empty: what LLM_ROUTE names; else `openai, auto` or `gemini, "
                 "auto` where there is a key, else `auto`."});
    fields.field(
        "own_keys", settings.own_keys,
        {.help = "Whether users may give keys of their own to OpenAI or Gemini, whose models answer them "
                 "then."});
    fields.field("language", settings.language,
                 {.help = "The language that is spoken, as a BCP 47 tag; users can set another."});
    fields.field("max_audio_bytes", settings.max_audio_bytes,
                 {.help = "Bytes of one utterance on the stream; the rest of a longer one is passed over.",
                  .least = 1000,
                  .most = 1e9});
    fields.field("max_anonymous_audio_bytes", settings.max_anonymous_audio_bytes,
                 {.help = "Bytes of utterances on the stream that wait to be understood, of all who have no "
                          "account together. Of one socket it is twice `max_audio_bytes`, whoever it is.",
                  .least = 1000,
                  .most = 1e11});
    fields.field("answer_limit", settings.answer_limit,
                 {.help = "How long chat/message may take, with all that is done for the answer.",
                  .least = 1000,
                  .most = 3'600'000});
}

void offer(std::vector<SurfaceOffer>& offers) {
    // Shared by the two closures below: the description fills it in, the surface is built from it.
    auto settings = std::make_shared<VoiceAiSettings>();
    offers.push_back(
        {.name = "voice_ai",
         .help = "Accounts, chat, memory and skills under /api/v1.",
         .describe = [settings](Fields& fields) { describe(fields, *settings); },
         .create = [settings](const Stage& stage) -> std::unique_ptr<Surface> {
             return std::make_unique<VoiceAiSurface>(stage, *settings);
         },
         .mistakes =
             [settings](const engines::Catalogue& catalogue) { return mistakes_in(*settings, catalogue); }});
}

}  // namespace repartee::surfaces::voice_ai
