#include "skills/search/search_skill.h"

namespace repartee::skills::search {

void offer(std::vector<SkillOffer>& offers) {
    // Owned by the section that fills them in and by the offer that reads them later.
    auto settings = std::make_shared<SearchSettings>();
    offers.push_back({.name = "search",
                      .create =
                          [settings](const SkillSurroundings& around) {
                              return std::make_unique<SearchSkill>(*settings, around.clock, around.http);
                          },
                      .help = "Where the skill `search` looks.",
                      .describe = [settings](Fields& fields) { describe(fields, *settings); }});
}

}  // namespace repartee::skills::search
