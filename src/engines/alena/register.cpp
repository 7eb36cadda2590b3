#include "engines/alena/alena_model.h"
#include "engines/catalogue.h"

namespace repartee::engines::alena {

void offer(Catalogue& catalogue) {
    // Owned by the section that fills them in and by the offer that reads them later.
    auto settings = std::make_shared<AlenaSettings>();
    catalogue.settings.push_back({.name = "alena",
                                  .help = "An Alena controller, which answers in its own way.",
                                  .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    // Only who asks for it gets it: it ignores personas, history and skills.
    catalogue.models.push_back(
        {.kind = "alena",
         .place = Place::Local,
         .automatic = false,
         .rank = 0,
         .create = [settings](const Surroundings& surroundings, const Wishes&) -> std::unique_ptr<Model> {
             return std::make_unique<AlenaModel>(*settings, surroundings.http, surroundings.clock);
         }});
}

}  // namespace repartee::engines::alena
