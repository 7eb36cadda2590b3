#include "engines/catalogue.h"
#include "engines/espeak/espeak.h"

namespace repartee::engines::espeak {

void describe(Fields& fields, Settings& settings) {
    fields.field("speed", settings.speed,
                 {.help = "Rate of speech, on top of what the agent's voice asks for; 1 is natural.",
                  .least = 0.4,
                  .most = 2.5});
    fields.field("pitch", settings.pitch,
                 {.help = "Pitch, on top of what the agent's voice asks for; 1 is natural.",
                  .least = 0.1,
                  .most = 2.0});
    fields.field("volume", settings.volume,
                 {.help = "Loudness, on top of what the agent's voice asks for; 1 is natural.",
                  .least = 0.0,
                  .most = 2.0});
    fields.field("patience", settings.patience,
                 {.help = "How long the worker may keep a turn waiting before the turn gives up on it.",
                  .least = 100,
                  .most = 600'000});
}

void offer(Catalogue& catalogue) {
    // Two owners: the offer, which creates the engine later, and the description, which fills it.
    auto settings = std::make_shared<Settings>();
    catalogue.settings.push_back({.name = "espeak",
                                  .help = "Speech in a hundred languages, in a worker.",
                                  .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    catalogue.synthesisers.push_back(
        {.kind = "espeak",
         .place = Place::Embedded,
         .automatic = true,
         .rank = -1,  // behind flite, which sounds better in the one language it knows
         .create = [settings](const Surroundings& around, const Wishes&) -> std::unique_ptr<Synthesiser> {
             processes::WorkerProgram program{.name = "repartee-espeak"};
             auto worker = std::make_unique<processes::Worker>(around.executor, around.clock, around.log,
                                                               around.metrics, program);
             return std::make_unique<Espeak>(*settings, around.clock, std::move(worker));
         }});
}

}  // namespace repartee::engines::espeak
