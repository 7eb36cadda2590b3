#include "engines/catalogue.h"
#include "engines/gemini/gemini_model.h"

namespace repartee::engines::gemini {

void offer(Catalogue& catalogue) {
    // Owned by the section that fills them in and by the offer that reads them later.
    auto settings = std::make_shared<GeminiSettings>();
    catalogue.settings.push_back({.name = "gemini",
                                  .help = "Language models of Google's.",
                                  .describe = [settings](Fields& fields) { describe(fields, *settings); }});
    catalogue.models.push_back(
        {.kind = "gemini",
         .place = Place::Cloud,
         .automatic = false,
         .rank = 0,
         .create = [settings](const Surroundings& around, const Wishes& wishes) -> std::unique_ptr<Model> {
             return std::make_unique<GeminiModel>(wished(*settings, wishes), around.http, around.clock,
                                                  around.log);
         },
         .has_key = [settings] { return is_a_key(settings->api_key); }});
}

}  // namespace repartee::engines::gemini
