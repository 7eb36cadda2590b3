#include "engines/catalogue.h"
#include "engines/soniox/soniox_recogniser.h"

namespace repartee::engines::soniox {

void offer(Catalogue& catalogue) {
    // Two owners: the offer, which creates the engine later, and the description, which fills it.
    auto settings = std::make_shared<SonioxSettings>();
    catalogue.settings.push_back({.name = "soniox",
                                  .help = "Soniox's recogniser, over the network.",
                                  .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    // `auto` takes it only where somebody at home speaks its language: nothing goes to the cloud unasked.
    catalogue.recognisers.push_back(
        {.kind = "soniox",
         .place = Place::Cloud,
         .automatic = true,
         .rank = 41,
         .create = [settings](const Surroundings& around,
                              const Wishes& wishes) -> std::unique_ptr<Recogniser> {
             return std::make_unique<SocketRecogniser>(recogniser_options(wished(*settings, wishes)),
                                                       around.executor, around.http, around.clock,
                                                       around.log);
         }});
}

}  // namespace repartee::engines::soniox
