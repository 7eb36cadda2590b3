#include "skills/weather/weather_skill.h"

#include "skills/weather/open_meteo.h"
#include "skills/web_service.h"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace repartee::skills::weather {

namespace json = boost::json;

namespace {

constexpr std::size_t longest_report = 400;  // bytes

Failure nonsense() {
    return Failure(ErrorKind::ProviderBroke, "The weather service answered something that makes no sense.");
}

}  // namespace

SharedSchema WeatherSkill::schema() const {
    static const auto schema = shared({.name = "weather",
                                       .description = "Tells what the weather is like somewhere now.",
                                       .parameters = json::parse(R"({
                "type": "object",
                "properties": {
                    "location": {
                        "type": "string",
                        "minLength": 1,
                        "maxLength": 100,
                        "description": "A town, such as 'Paris'."
                    }
                },
                "required": ["location"]
            })")
                                                         .as_object()});
    return schema;
}

awaitable<SkillResult> WeatherSkill::run(json::object arguments) {
    bool unset = settings_.provider.empty() || (settings_.provider == "template" && settings_.url.empty());
    if (http_ == nullptr || unset) {
        co_return SkillResult{
            .text =
                "I cannot look up the weather: no weather service is set up here. Whoever runs "
                "this server can choose one: provider in the section skills.weather of its "
                "settings, for example open_meteo."};
    }
    auto location = plain_line(arguments.at("location").get_string(), longest_report);
    if (location.empty()) {
        co_return SkillResult{.text = "For which place?"};
    }
    SkillResult result;
    if (settings_.provider == "template") {
        result.text = co_await ask_template(std::move(location));
    } else {
        result.text = co_await ask_open_meteo(std::move(location));
    }
    co_return result;
}

awaitable<std::string> WeatherSkill::ask(std::string url) {
    WebService service{.name = "The weather service", .url = std::move(url), .patience = settings_.patience};
    if (!settings_.key_header.empty() && settings_.provider == "template") {
        service.headers.add(settings_.key_header, settings_.key.reveal());
    }
    auto asking = ask_web_service(*http_, clock_, std::move(service));
    co_return co_await std::move(asking);
}

awaitable<std::string> WeatherSkill::ask_open_meteo(std::string location) {
    auto places = co_await ask(places_request(settings_, location));
    auto place = place_in(json_or_null(places));
    if (!place) {
        co_return fmt::format("I do not know where {} is.", location);
    }
    auto forecast = co_await ask(forecast_request(settings_, *place));
    auto sentence = sentence_in(json_or_null(forecast), *place, settings_);
    if (!sentence) {
        throw nonsense();
    }
    co_return *sentence;
}

awaitable<std::string> WeatherSkill::ask_template(std::string location) {
    auto url = with_value(settings_.url, "location", location);
    auto answer = co_await ask(with_value(std::move(url), "key", settings_.key.reveal()));
    auto report = settings_.field.empty() ? answer : text_at_path(json_or_null(answer), settings_.field);
    auto line = plain_line(report, longest_report);
    if (line.empty()) {
        throw nonsense();
    }
    co_return fmt::format("The weather service says of {}: {}", location, line);
}

}  // namespace repartee::skills::weather
