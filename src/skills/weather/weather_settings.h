// Where the weather comes from. Section [skills.weather].
#pragma once

#include "base/fields.h"

#include <chrono>
#include <string>

namespace repartee::skills::weather {

struct WeatherSettings {
    std::string provider;  // "open_meteo", "template"; empty: none
    std::string url;       // template: with {location} in it
    std::string field;     // template: where in the JSON of its answer the sentence is; empty: it is a text
    Secret key;
    std::string key_header;  // template: the header that carries the key; empty: {key} in the url
    std::string units = "metric";
    std::string forecast_url = "https://api.open-meteo.com/v1/forecast";
    std::string places_url = "https://geocoding-api.open-meteo.com/v1/search";
    std::chrono::milliseconds patience{5000};
};

void describe(Fields& fields, WeatherSettings& settings);

}  // namespace repartee::skills::weather
