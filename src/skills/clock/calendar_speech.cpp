#include "skills/clock/calendar_speech.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <ctime>

namespace repartee::skills::clock {

using namespace std::chrono;

namespace {

constexpr std::array<std::string_view, 7> weekday_names{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                        "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> month_names{"January",   "February", "March",    "April",
                                                       "May",       "June",     "July",     "August",
                                                       "September", "October",  "November", "December"};

std::string_view ordinal_ending(unsigned number) {
    if (number % 100 >= 11 && number % 100 <= 13) {
        return "th";
    }
    switch (number % 10) {
        case 1: return "st";
        case 2: return "nd";
        case 3: return "rd";
        default: return "th";
    }
}

std::string_view part_of_day(int hour) {
    if (hour < 5) {
        return "at night";
    }
    if (hour < 12) {
        return "in the morning";
    }
    if (hour < 18) {
        return "in the afternoon";
    }
    return hour < 22 ? "in the evening" : "at night";
}

// Digits only: from_chars alone would take a sign.
std::optional<int> digits(std::string_view text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || text.starts_with('-')) {
        return std::nullopt;
    }
    return number;
}

}  // namespace

LocalTime local_time(system_clock::time_point moment) {
    const std::time_t seconds = system_clock::to_time_t(floor<std::chrono::seconds>(moment));
    std::tm fields{};
    localtime_r(&seconds, &fields);
    return {.day = year{fields.tm_year + 1900} / (fields.tm_mon + 1) / fields.tm_mday,
            .hour = fields.tm_hour,
            .minute = fields.tm_min};
}

std::string spoken_time(int hour, int minute) {
    if (minute == 0 && hour % 12 == 0) {
        return hour == 0 ? "midnight" : "noon";
    }
    const int on_the_dial = hour % 12 == 0 ? 12 : hour % 12;
    if (minute == 0) {
        return fmt::format("{} o'clock {}", on_the_dial, part_of_day(hour));
    }
    return fmt::format("{}:{:02} {}", on_the_dial, minute, part_of_day(hour));
}

std::string spoken_date(year_month_day day) {
    const auto number = static_cast<unsigned>(day.day());
    return fmt::format("{}, {} {}{}, {}", weekday_name(day),
                       month_names[static_cast<unsigned>(day.month()) - 1], number, ordinal_ending(number),
                       static_cast<int>(day.year()));
}

std::string_view weekday_name(year_month_day day) {
    return weekday_names[weekday{sys_days{day}}.c_encoding()];
}

std::optional<year_month_day> read_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
        return std::nullopt;
    }
    const auto years = digits(text.substr(0, 4));
    const auto months = digits(text.substr(5, 2));
    const auto days = digits(text.substr(8, 2));
    if (!years || !months || !days) {
        return std::nullopt;
    }
    const year_month_day day = year{*years} / *months / *days;
    return day.ok() ? std::optional(day) : std::nullopt;
}

}  // namespace repartee::skills::clock
