#include "engines/scripted/scripted_settings.h"

namespace repartee::engines::scripted {

using namespace std::chrono_literals;

void describe(Fields& fields, ScriptedSettings& settings) {
    fields.field("heard", settings.heard,
                 {.help = "What every utterance is taken to say.", .environment = "SCRIPTED_STT_TEXT"});
    fields.field("translation", settings.translation,
                 {.help = "What it understands of every utterance that is to be translated into English; "
                          "empty: it does not translate."});
    fields.field("confidence", settings.confidence,
                 {.help = "How sure it says it is of what it understands; 0: it does not say.",
                  .least = 0,
                  .most = 1});
    fields.field(
        "partials", settings.partials,
        {.help = "How many growing partial transcripts come before the final one; at most one a word.",
         .environment = "SCRIPTED_STT_PARTIALS",
         .least = 0,
         .most = 1000});
    fields.field("final_delay", settings.final_delay,
                 {.help = "Time from the end of the audio to the final transcript.",
                  .environment = "SCRIPTED_STT_FINAL_MS",
                  .least = 0,
                  .environment_unit = 1ms});
    fields.field("reply", settings.reply,
                 {.help = "What the model answers; {text} stands for the user's last words.",
                  .environment = "SCRIPTED_REPLY"});
    fields.field("reply_words", settings.reply_words,
                 {.help = "Above 0: the model answers with so many counted words instead of `reply`.",
                  .environment = "SCRIPTED_REPLY_WORDS",
                  .least = 0,
                  .most = 100'000});
    fields.field("first_token", settings.first_token,
                 {.help = "Time from the prompt to the model's first word.",
                  .environment = "SCRIPTED_LLM_FIRST_MS",
                  .least = 0,
                  .environment_unit = 1ms});
    fields.field("token", settings.token,
                 {.help = "Time between two words of the model.",
                  .environment = "SCRIPTED_LLM_TOKEN_MS",
                  .least = 0,
                  .environment_unit = 1ms});
    fields.field("first_audio", settings.first_audio,
                 {.help = "Time from a reply's first sentence to its first sound.",
                  .environment = "SCRIPTED_TTS_FIRST_MS",
                  .least = 0,
                  .environment_unit = 1ms});
    fields.field("speed", settings.speed,
                 {.help = "How fast speech is made, as a multiple of real time; 0: as fast as it is fetched.",
                  .environment = "SCRIPTED_TTS_SPEED",
                  .least = 0});
}

}  // namespace repartee::engines::scripted
