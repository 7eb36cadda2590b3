#include "skills/weather/weather_skill.h"

namespace repartee::skills::weather {

void offer(std::vector<SkillOffer>& offers) {
    // Owned by the section that fills them in and by the offer that reads them later.
    auto settings = std::make_shared<WeatherSettings>();
    offers.push_back({.name = "weather",
                      .create =
                          [settings](const SkillSurroundings& around) {
                              return std::make_unique<WeatherSkill>(*settings, around.clock, around.http);
                          },
                      .help = "Where the skill `weather` looks.",
                      .describe = [settings](Fields& fields) { describe(fields, *settings); }});
}

}  // namespace repartee::skills::weather
