// What the weather is like somewhere, as a service on the web says that the settings name.
#pragma once

#include "skills/skill.h"
#include "skills/weather/weather_settings.h"

namespace repartee::skills::weather {

class WeatherSkill final : public Skill {
public:
    // `http` may be null.
    WeatherSkill(WeatherSettings settings, Clock& clock, net::HttpClient* http)
        : settings_(std::move(settings)), clock_(clock), http_(http) {}

    SharedSchema schema() const override;
    // Throws Failure as ask_web_service.
    awaitable<SkillResult> run(boost::json::object arguments) override;

private:
    awaitable<std::string> ask(std::string url);
    awaitable<std::string> ask_open_meteo(std::string location);
    awaitable<std::string> ask_template(std::string location);

    const WeatherSettings settings_;
    Clock& clock_;
    net::HttpClient* http_;
};

}  // namespace repartee::skills::weather
