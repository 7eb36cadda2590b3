#include "skills/clock/clock_skill.h"

#include "skills/clock/calendar_speech.h"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace repartee::skills::clock {

namespace json = boost::json;
using namespace std::chrono;

namespace {

// A day and how it lies to today: "Today is", "Yesterday was", "In 3 days it will be".
std::string said_of(int days_from_today) {
    switch (days_from_today) {
        case 0: return "Today is";
        case 1: return "Tomorrow is";
        case -1: return "Yesterday was";
        default: break;
    }
    return days_from_today > 0 ? fmt::format("In {} days it will be", days_from_today)
                               : fmt::format("{} days ago it was", -days_from_today);
}

std::string answer(const json::object& arguments, const LocalTime& now) {
    const std::string_view operation = arguments.at("operation").get_string();
    if (operation == "time") {
        return fmt::format("It is {}.", spoken_time(now.hour, now.minute));
    }
    if (const auto* written = arguments.if_contains("date")) {
        const auto day = read_date(written->get_string());
        if (!day) {
            return "I don't know that date. It should look like 2025 12 31, with dashes between.";
        }
        const bool past = sys_days{*day} < sys_days{now.day};
        return fmt::format("That {} a {}.", past ? "was" : "is", spoken_date(*day));
    }
    const auto* offset = arguments.if_contains("days_from_today");
    const int days_from_today = offset ? static_cast<int>(offset->get_int64()) : 0;
    const year_month_day day = sys_days{now.day} + days{days_from_today};
    return fmt::format("{} {}.", said_of(days_from_today),
                       operation == "weekday" ? std::string(weekday_name(day)) : spoken_date(day));
}

}  // namespace

SharedSchema ClockSkill::schema() const {
    static const auto schema =
        shared({.name = "clock",
                .description = "Tells the present local time, or the date or weekday of a day.",
                .parameters = json::parse(R"({
                "type": "object",
                "properties": {
                    "operation": {
                        "type": "string",
                        "enum": ["time", "date", "weekday"],
                        "description": "time: the time now. date: the full date of a day. weekday: only its weekday."
                    },
                    "days_from_today": {
                        "type": "integer",
                        "minimum": -36500,
                        "maximum": 36500,
                        "description": "Which day: 0 is today (the default), 1 tomorrow, -1 yesterday."
                    },
                    "date": {
                        "type": "string",
                        "maxLength": 10,
                        "description": "Instead of days_from_today: a date as YYYY-MM-DD, to learn its weekday."
                    }
                },
                "required": ["operation"]
            })")
                                  .as_object()});
    return schema;
}

awaitable<SkillResult> ClockSkill::run(json::object arguments) {
    const auto now = local_time(time_point_cast<system_clock::duration>(clock_.wall()));
    SkillResult result{.text = answer(arguments, now)};
    co_return result;
}

}  // namespace repartee::skills::clock
