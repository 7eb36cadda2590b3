#include "engines/catalogue.h"
#include "engines/place_waits.h"
#include "engines/pocketsphinx/recogniser.h"

namespace repartee::engines::pocketsphinx {

void offer(Catalogue& catalogue) {
    // Two owners: the offer, which creates the engine later, and the description, which fills it.
    auto settings = std::make_shared<Settings>();
    catalogue.settings.push_back({.name = "pocketsphinx",
                                  .help = "The embedded English recogniser.",
                                  .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    catalogue.recognisers.push_back(
        {.kind = "pocketsphinx",
         .create = [settings](const Surroundings& around, const Wishes&) -> std::unique_ptr<Recogniser> {
             return std::make_unique<Pocketsphinx>(*settings, around.clock, around.log, around.pool,
                                                   place_waits(around.metrics, "recogniser", "pocketsphinx"));
         }});
}

}  // namespace repartee::engines::pocketsphinx
