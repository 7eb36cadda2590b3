// "what time is it", "what day is tomorrow", "what is the date in three days"
#include "engines/rules/number_words.h"
#include "engines/rules/pattern.h"
#include "engines/rules/topics.h"

#include <cmath>
#include <cstdint>

namespace repartee::engines::rules {

namespace {

// About a century: more than anybody asks for, less than calendars mind.
constexpr double furthest_days = 36500;

// "three days", "a week": in days.
std::optional<std::int64_t> span_of_days(Words words) {
    auto count = read_number(words);
    if (!count && match("a|one ...", words)) {
        count = SpokenNumber{.value = 1, .length = 1};
    }
    if (!count || count->length + 1 != words.size()) {
        return std::nullopt;
    }
    const Words unit = words.last(1);
    const double days = match("day|days", unit) ? 1 : match("week|weeks", unit) ? 7 : 0;
    if (days == 0 || std::abs(count->value * days) > furthest_days) {
        return std::nullopt;
    }
    return std::llround(count->value * days);
}

// How many days after today the day meant is. Nothing for days that only a calendar with holidays
// and birthdays knows, and for questions that are about something else.
std::optional<std::int64_t> day_meant(Words words) {
    std::vector<Word> day;  // without "is it going to be"
    for (const auto& word : words) {
        if (!match("is|was|will|be|it|going|to|on|we|do|have|again|now|right", Words(&word, 1))) {
            day.push_back(word);
        }
    }
    if (day.empty() || match("today", day)) {
        return 0;
    }
    if (match("tomorrow", day)) {
        return 1;
    }
    if (match("yesterday", day)) {
        return -1;
    }
    if (match("[the] day after tomorrow", day)) {
        return 2;
    }
    if (match("[the] day before yesterday", day)) {
        return -2;
    }
    if (const auto ahead = match_any({"in *", "* from today", "* from"}, day)) {
        return span_of_days(ahead->front());
    }
    if (const auto ago = match("* ago", day)) {
        const auto days = span_of_days(ago->front());
        return days ? std::optional(-*days) : std::nullopt;
    }
    return std::nullopt;
}

bool asks_for_time(Words words) {
    return match_any({"what time is it", "what time is it now|here|today|there|please",
                      "what time it is [now|here]", "what time is [it] right now", "what time do we have",
                      "what time", "time", "what is the [current|exact|local] time [here|now|today]",
                      "the [current] time", "the time [here|now] please", "do you have|know the time",
                      "have you got the time", "got the time", "what hour is it", "how late is it",
                      "what is the time on the clock"},
                     words)
        .has_value();
}

// The day a question for a weekday or a date is about.
std::optional<std::int64_t> asks_for_weekday(Words words) {
    if (match_any({"what day", "what is the weekday|day", "what is today"}, words)) {
        return 0;
    }
    const auto question = match_any({"what|which day|weekday of the week *", "what|which day|weekday *",
                                     "what is|was the day|weekday *", "what is|was tomorrow|yesterday",
                                     "* is|was|will what|which day", "* is|was what|which day of the week"},
                                    words);
    if (!question) {
        return std::nullopt;
    }
    return day_meant(question->empty() ? words.last(1) : question->front());
}

std::optional<std::int64_t> asks_for_date(Words words) {
    if (match_any({"[what] [is] [the] [current|exact] date", "[what] [is] todays date", "what date",
                   "what|which month|year is it [now]", "what|which month|year it is",
                   "what is the [current] month|year", "what is the day and [the] date"},
                  words)) {
        return 0;
    }
    if (match_any({"[what] [is] tomorrows date", "[what] [is] the date tomorrow"}, words)) {
        return 1;
    }
    if (match("[what] [is|was] yesterdays date", words)) {
        return -1;
    }
    const auto question = match_any(
        {"what|which date *", "what is|was|will [be] the [exact|current] date *", "the date *"}, words);
    return question ? day_meant(question->front()) : std::nullopt;
}

Decision ask_clock(const Situation& situation, std::string_view operation, std::int64_t days = 0) {
    if (!situation.skills.contains("clock")) {
        return lacking("clock");
    }
    boost::json::object arguments{{"operation", operation}};
    if (days != 0) {
        arguments["days_from_today"] = days;
    }
    return Ask{.skill = "clock", .arguments = std::move(arguments)};
}

}  // namespace

std::optional<Decision> about_time(Words words, const Situation& situation) {
    if (match_any({"what time is it [right] [now] in *", "what time it is in *", "what is the time in *",
                   "what is the current time in *"},
                  words)) {
        return Say{"I only know the time here."};
    }
    if (asks_for_time(words)) {
        return ask_clock(situation, "time");
    }
    if (const auto days = asks_for_weekday(words)) {
        return ask_clock(situation, "weekday", *days);
    }
    if (const auto days = asks_for_date(words)) {
        return ask_clock(situation, "date", *days);
    }
    return std::nullopt;
}

}  // namespace repartee::engines::rules
