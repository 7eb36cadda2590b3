#include "engines/catalogue.h"
#include "engines/wyoming/recogniser.h"

namespace repartee::engines::wyoming {

void describe(Fields& fields, Settings& settings) {
    fields.field(
        "recogniser", settings.recogniser,
        {.help = "Where a Wyoming service listens that recognises speech: tcp://HOST:PORT or unix:///PATH.",
         .environment = "WYOMING_STT_URI"});
    fields.field("model", settings.model, {.help = "Which of its models; empty: its own choice."});
    fields.field("patience", settings.patience,
                 {.help = "How long a transcript may take before the turn gives up on it.",
                  .least = 100,
                  .most = 600'000});
}

void offer(Catalogue& catalogue) {
    // Two owners: the offer, which creates the engine later, and the description, which fills it.
    auto settings = std::make_shared<Settings>();
    catalogue.settings.push_back({.name = "wyoming",
                                  .help = "Programs of others that talk Wyoming (Home Assistant's protocol).",
                                  .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    catalogue.recognisers.push_back(
        {.kind = "wyoming",
         .place = Place::Local,
         .automatic = false,
         .create = [settings](const Surroundings& around,
                              const Wishes& wishes) -> std::unique_ptr<Recogniser> {
             auto wanted = *settings;
             grant(wishes.model, wanted.model);
             return std::make_unique<WyomingRecogniser>(std::move(wanted), around.clock);
         }});
}

}  // namespace repartee::engines::wyoming
