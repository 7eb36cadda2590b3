#include "engines/catalogue.h"
#include "engines/rules/rules_model.h"

namespace repartee::engines::rules {

void offer(Catalogue& catalogue) {
    catalogue.models.push_back(
        {.kind = "rules",
         .place = Place::Embedded,
         .automatic = true,
         .rank = 0,
         .create = [](const Surroundings&, const Wishes&) { return std::make_unique<RulesModel>(); }});
}

}  // namespace repartee::engines::rules
