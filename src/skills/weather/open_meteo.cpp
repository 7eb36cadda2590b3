#include "skills/weather/open_meteo.h"

#include "skills/web_service.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace repartee::skills::weather {

namespace json = boost::json;

namespace {

constexpr std::size_t longest_name = 80;

std::optional<double> number_at_path(const json::value& value, std::string_view path) {
    const auto* found = at_path(value, path);
    json::error_code wrong;
    auto number = found && found->is_number() ? found->to_number<double>(wrong) : 0;
    return found && found->is_number() && !wrong && std::isfinite(number) ? std::optional(number)
                                                                          : std::nullopt;
}

// WMO's codes, as this service uses them.
std::string_view words_for(int code) {
    constexpr std::array<std::pair<int, std::string_view>, 28> codes{{
        {0, "clear"},
        {1, "mostly clear"},
        {2, "partly cloudy"},
        {3, "overcast"},
        {45, "foggy"},
        {48, "foggy with rime"},
        {51, "drizzling lightly"},
        {53, "drizzling"},
        {55, "drizzling heavily"},
        {56, "drizzling and freezing"},
        {57, "drizzling and freezing"},
        {61, "raining lightly"},
        {63, "raining"},
        {65, "raining heavily"},
        {66, "raining and freezing"},
        {67, "raining and freezing"},
        {71, "snowing lightly"},
        {73, "snowing"},
        {75, "snowing heavily"},
        {77, "snowing in grains"},
        {80, "showery"},
        {81, "showery"},
        {82, "pouring in showers"},
        {85, "showery with snow"},
        {86, "showery with snow"},
        {95, "thundery"},
        {96, "thundery with hail"},
        {99, "thundery with hail"},
    }};
    const auto* known = std::ranges::find(codes, code, &decltype(codes)::value_type::first);
    return known == codes.end() ? std::string_view() : known->second;
}

std::string degrees(double temperature) {
    auto rounded = std::lround(std::clamp(temperature, -1000.0, 1000.0));
    return fmt::format("{} degree{}", rounded, std::abs(rounded) == 1 ? "" : "s");
}

}  // namespace

std::string places_request(const WeatherSettings& settings, std::string_view location) {
    auto url = with_parameter(settings.places_url, "name", location);
    url = with_parameter(std::move(url), "count", "1");
    url = with_parameter(std::move(url), "format", "json");
    return settings.key.empty() ? url : with_parameter(std::move(url), "apikey", settings.key.reveal());
}

std::optional<Place> place_in(const json::value& answer) {
    auto latitude = number_at_path(answer, "results.0.latitude");
    auto longitude = number_at_path(answer, "results.0.longitude");
    auto name = plain_line(text_at_path(answer, "results.0.name"), longest_name);
    if (!latitude || !longitude || name.empty()) {
        return std::nullopt;
    }
    auto country = plain_line(text_at_path(answer, "results.0.country"), longest_name);
    return Place{.name = country.empty() || country == name ? name : name + ", " + country,
                 .latitude = *latitude,
                 .longitude = *longitude};
}

std::string forecast_request(const WeatherSettings& settings, const Place& place) {
    auto url = with_parameter(settings.forecast_url, "latitude", fmt::format("{:.4f}", place.latitude));
    url = with_parameter(std::move(url), "longitude", fmt::format("{:.4f}", place.longitude));
    url += "&current=temperature_2m,apparent_temperature,weather_code,wind_speed_10m";
    if (settings.units == "imperial") {
        url += "&temperature_unit=fahrenheit&wind_speed_unit=mph";
    }
    return settings.key.empty() ? url : with_parameter(std::move(url), "apikey", settings.key.reveal());
}

std::optional<std::string> sentence_in(const json::value& answer, const Place& place,
                                       const WeatherSettings& settings) {
    auto temperature = number_at_path(answer, "current.temperature_2m");
    if (!temperature) {
        return std::nullopt;
    }
    auto sentence = fmt::format("In {}, it is {}", place.name, degrees(*temperature));
    auto code = number_at_path(answer, "current.weather_code").value_or(-1);
    if (auto words = words_for(code >= 0 && code < 100 ? static_cast<int>(code) : -1); !words.empty()) {
        sentence += fmt::format(" and {}", words);
    }
    auto felt = number_at_path(answer, "current.apparent_temperature");
    if (felt && std::abs(*felt - *temperature) >= 2) {
        sentence += fmt::format(", and feels like {}", std::lround(std::clamp(*felt, -1000.0, 1000.0)));
    }
    if (auto wind = number_at_path(answer, "current.wind_speed_10m")) {
        sentence += fmt::format(", with a wind of {} {} an hour", std::lround(std::clamp(*wind, 0.0, 1000.0)),
                                settings.units == "imperial" ? "miles" : "kilometres");
    }
    return sentence + ", says Open-Meteo.";
}

}  // namespace repartee::skills::weather
