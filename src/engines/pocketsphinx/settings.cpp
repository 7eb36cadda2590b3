#include "engines/pocketsphinx/settings.h"

namespace repartee::engines::pocketsphinx {

Settings::Settings()
    : acoustic_model(POCKETSPHINX_MODELS "/en-us/en-us"),
      dictionary(POCKETSPHINX_MODELS "/en-us/cmudict-en-us.dict"),
      language_model(POCKETSPHINX_MODELS "/en-us/en-us.lm.bin") {}

void describe(Fields& fields, Settings& settings) {
    fields.field("acoustic_model", settings.acoustic_model, {.help = "Folder with the acoustic model."});
    fields.field("dictionary", settings.dictionary, {.help = "File that says how words are pronounced."});
    fields.field("language_model", settings.language_model,
                 {.help = "File that says how likely words follow each other."});
    fields.field(
        "decoders", settings.decoders,
        {.help = "How many utterances are decoded at once, about 95 MB of memory each; 0 means one per core.",
         .least = 0,
         .most = 64});
    fields.field("streams", settings.streams,
                 {.help = "How many utterances may be open at once.", .least = 1, .most = 1000});
    fields.field(
        "longest_wait", settings.longest_wait,
        {.help = "How long a finished utterance may wait for a decoder.", .least = 100, .most = 600'000});
    fields.field("longest_utterance", settings.longest_utterance,
                 {.help = "The longest utterance that is taken.", .least = 1000, .most = 4 * 3'600'000});
}

}  // namespace repartee::engines::pocketsphinx
