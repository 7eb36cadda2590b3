#include "skills/ingest/ingest_skill.h"

namespace repartee::skills::ingest {

void offer(std::vector<SkillOffer>& offers) {
    offers.push_back({.name = "ingest", .create = [](const SkillSurroundings& around) {
                          return std::make_unique<IngestSkill>(around.clock, around.http, around.memory);
                      }});
}

}  // namespace repartee::skills::ingest
