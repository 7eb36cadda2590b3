// Times and days as one says them. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace repartee::skills::clock {

// What the clock on the wall of this house shows.
struct LocalTime {
    std::chrono::year_month_day day;
    int hour = 0;  // 0 to 23
    int minute = 0;
};

// In the time zone of this process. Any thread.
LocalTime local_time(std::chrono::system_clock::time_point moment);

// 15:05 -> "3:05 in the afternoon", 12:00 -> "noon".
std::string spoken_time(int hour, int minute);

// "Friday, November 21st, 2025"
std::string spoken_date(std::chrono::year_month_day day);

// "Friday"
std::string_view weekday_name(std::chrono::year_month_day day);

// "2025-11-21"; nothing for what is no day of the calendar.
std::optional<std::chrono::year_month_day> read_date(std::string_view text);

}  // namespace repartee::skills::clock
