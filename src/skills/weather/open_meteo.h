// Open-Meteo's language: requests as addresses, answers as sentences. Pure; nothing throws.
#pragma once

#include "skills/weather/weather_settings.h"

#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace repartee::skills::weather {

struct Place {
    std::string name;  // "Paris, France"
    double latitude = 0;
    double longitude = 0;
};

std::string places_request(const WeatherSettings& settings, std::string_view location);
// The first of an answer; nothing when there is no such place.
std::optional<Place> place_in(const boost::json::value& answer);

std::string forecast_request(const WeatherSettings& settings, const Place& place);
// "In Paris, France, it is 18 degrees and partly cloudy. ..."; nothing for an answer without a temperature.
std::optional<std::string> sentence_in(const boost::json::value& answer, const Place& place,
                                       const WeatherSettings& settings);

}  // namespace repartee::skills::weather
