#include "engines/silero/silero_settings.h"

namespace repartee::engines::silero {

void describe(Fields& fields, SileroSettings& settings) {
    fields.field(
        "model", settings.model,
        {.help = "A file of Silero's weights, or its name in the folder models of the data directory; "
                 "empty: the one that lies there."});
    fields.field("threshold", settings.threshold,
                 {.help = "The probability from which on sound is speech, for push-to-talk, jobs and "
                          "recordings; calls go by their agent's.",
                  .least = 0.05,
                  .most = 0.95});
    fields.field("onset_db", settings.onset_db,
                 {.help = "Decibels above the room's noise from which on the network is asked at all.",
                  .least = 1,
                  .most = 60});
    fields.field(
        "patience", settings.patience,
        {.help = "How long an answer may take before loudness decides alone.", .least = 20, .most = 5000});
    fields.field("voices", settings.voices,
                 {.help = "Voices that are listened to at once; more are judged by their loudness.",
                  .least = 1,
                  .most = 1000});
}

}  // namespace repartee::engines::silero
