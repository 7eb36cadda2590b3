#include "skills/weather/weather_settings.h"

#include <array>

namespace repartee::skills::weather {

namespace {

constexpr std::array<std::string_view, 3> weather_providers{"", "open_meteo", "template"};
constexpr std::array<std::string_view, 2> weather_units{"metric", "imperial"};

}  // namespace

void describe(Fields& fields, WeatherSettings& settings) {
    fields.field("provider", settings.provider,
                 {.help = "Who is asked about the weather: `open_meteo` (needs no key), or `template`, any "
                          "service with an address of its own; empty: nobody.",
                  .choices = weather_providers});
    fields.field(
        "url", settings.url,
        {.help =
             "template: what is asked, with {location} where the place goes, and {key} where a key does."});
    fields.field("field", settings.field,
                 {.help = "template: where in the JSON that comes back the weather stands in words, such as "
                          "`current.summary`; empty: the answer is plain text."});
    fields.field("key", settings.key, {.help = "The service's key, where it needs one."});
    fields.field("key_header", settings.key_header,
                 {.help = "template: name of the header that carries the key, such as `X-Api-Key`."});
    fields.field("units", settings.units,
                 {.help = "open_meteo: `metric` (Celsius, km/h) or `imperial` (Fahrenheit, mph).",
                  .choices = weather_units});
    fields.field("forecast_url", settings.forecast_url,
                 {.help = "open_meteo: its forecast, or one of your own."});
    fields.field("places_url", settings.places_url, {.help = "open_meteo: where it finds places by name."});
    fields.field("patience", settings.patience,
                 {.help = "How long the service may take.", .least = 100, .most = 20'000});
}

}  // namespace repartee::skills::weather
