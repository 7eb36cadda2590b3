// Durations as a model writes them and as one says them. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace repartee::skills::timer {

// "5 minutes", "1 hour and 30 minutes", "1h30m", "2.5 min", "an hour", "half an hour", "1:30" (minutes and
// seconds), "1:00:00", "90" (seconds). Nothing for anything else, and for more than a hundred days.
std::optional<std::chrono::seconds> read_duration(std::string_view text);

// 5400 s -> "1 hour and 30 minutes"
std::string spoken_duration(std::chrono::seconds duration);

// As it stands before a noun: "5 minute", "1 hour 30 minute".
std::string duration_as_adjective(std::chrono::seconds duration);

}  // namespace repartee::skills::timer
