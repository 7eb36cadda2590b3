#include "engines/catalogue.h"
#include "engines/flite/settings.h"
#include "engines/flite/synthesiser.h"

namespace repartee::engines::flite {

void describe(Fields& fields, Settings& settings) {
    fields.field("speed", settings.speed,
                 {.help = "Rate of speech, on top of what the agent's voice asks for; 1 is natural.",
                  .least = 0.5,
                  .most = 2.0});
    fields.field("pitch", settings.pitch,
                 {.help = "Pitch, on top of what the agent's voice asks for; 1 is natural.",
                  .least = 0.5,
                  .most = 2.0});
}

void offer(Catalogue& catalogue) {
    // Two owners: the offer, which creates the engine later, and the description, which fills it.
    auto settings = std::make_shared<Settings>();
    catalogue.settings.push_back({.name = "flite",
                                  .help = "The embedded English voice.",
                                  .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    catalogue.synthesisers.push_back({.kind = "flite",
                                      .create = [settings](const Surroundings& surroundings,
                                                           const Wishes&) -> std::unique_ptr<Synthesiser> {
                                          return std::make_unique<Flite>(*settings, surroundings.pool);
                                      }});
}

}  // namespace repartee::engines::flite
