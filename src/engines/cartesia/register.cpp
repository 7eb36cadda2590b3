#include "engines/cartesia/cartesia_recogniser.h"
#include "engines/cartesia/cartesia_synthesiser.h"
#include "engines/catalogue.h"

namespace repartee::engines::cartesia {

void offer(Catalogue& catalogue) {
    // Two owners: the offers, which create the engines later, and the description, which fills it.
    auto settings = std::make_shared<CartesiaSettings>();
    catalogue.settings.push_back({.name = "cartesia",
                                  .help = "Cartesia's recogniser and voices, over the network.",
                                  .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    // `auto` takes it only where somebody at home speaks its language: nothing goes to the cloud unasked.
    catalogue.recognisers.push_back({.kind = "cartesia",
                                     .place = Place::Cloud,
                                     .automatic = true,
                                     .rank = 40,
                                     .create = [settings](const Surroundings& around, const Wishes& wishes)
                                         -> std::unique_ptr<Recogniser> {
                                         return std::make_unique<SocketRecogniser>(
                                             recogniser_options(wished_recogniser(*settings, wishes)),
                                             around.executor, around.http, around.clock, around.log);
                                     }});
    catalogue.synthesisers.push_back(
        {.kind = "cartesia",
         .place = Place::Cloud,
         .automatic = true,
         .rank = 40,
         .create = [settings](const Surroundings& around,
                              const Wishes& wishes) -> std::unique_ptr<Synthesiser> {
             return std::make_unique<CartesiaSynthesiser>(wished_synthesiser(*settings, wishes),
                                                          around.executor, around.http, around.clock,
                                                          around.log);
         }});
}

}  // namespace repartee::engines::cartesia
