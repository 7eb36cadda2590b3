// "set a timer for five minutes", "remind me in an hour to call home", "how long is left", "cancel it"
#include "engines/rules/duration_words.h"
#include "engines/rules/pattern.h"
#include "engines/rules/second_person.h"
#include "engines/rules/topics.h"

#include <fmt/format.h>

#include <ranges>

namespace repartee::engines::rules {

namespace {

constexpr std::string_view how_long = "For how long should I set the timer?";

// Patterns see one "#" in place of the duration: "set a # timer for the pasta".
struct TimedWords {
    std::vector<Word> words;
    std::optional<std::chrono::seconds> duration;
};

TimedWords with_duration_marked(Words words) {
    const auto found = find_duration(words);
    if (!found) {
        return {.words = {words.begin(), words.end()}, .duration = {}};
    }
    TimedWords timed{.words = {words.begin(), words.begin() + static_cast<std::ptrdiff_t>(found->begin)},
                     .duration = found->length};
    timed.words.push_back({.key = "#", .said = {}});
    timed.words.insert(timed.words.end(), words.begin() + static_cast<std::ptrdiff_t>(found->end),
                       words.end());
    return timed;
}

Ask ask_timer(std::string_view operation, const std::optional<std::chrono::seconds>& duration = {},
              std::string label = {}) {
    boost::json::object arguments{{"operation", operation}};
    if (duration) {
        arguments["duration"] = fmt::format("{} seconds", duration->count());
    }
    if (!label.empty()) {
        arguments["label"] = std::move(label);
    }
    return Ask{.skill = "timer", .arguments = std::move(arguments)};
}

// What a timer is for, without "the", and without what is no name: "set another timer".
std::string label_in(Words words) {
    while (!words.empty() && match("the|a|an|my|another|new|one|that|this|please|it|me|us", words.first(1))) {
        words = words.subspan(1);
    }
    while (!words.empty() && match("please|now|thanks|timer", words.last(1))) {
        words = words.first(words.size() - 1);
    }
    return said_to_user(words);
}

std::optional<Ask> cancelling(Words words, const std::optional<std::chrono::seconds>& duration) {
    // "turn off" and "turn ... off" are verbs like the others.
    std::vector<Word> rest;
    if (const auto off = match_any({"cancel|stop|delete|remove|clear|kill|end|dismiss *", "turn|switch off *",
                                    "turn|switch * off", "get rid of *", "never mind *"},
                                   words)) {
        rest.assign(off->front().begin(), off->front().end());
    } else if (match_any({"[the|my] timer off|stop", "timers off"}, words)) {
        return ask_timer("cancel");
    } else {
        return std::nullopt;
    }
    const Words what = rest;
    if (match_any({"all|both|every ... timer|timers|reminders ...", "[the|my] timers|reminders",
                   "all|both of them", "them all", "everything"},
                  what)) {
        return match("everything", what) ? std::nullopt : std::optional(ask_timer("cancel_all"));
    }
    if (match_any({"[the|my|that|this] timer|reminder", "[the|my] last timer"}, what)) {
        return ask_timer("cancel");
    }
    if (match_any({"[the|my|that|this] # timer|reminder ...", "[the|my] timer|reminder for|of #"}, what)) {
        return ask_timer("cancel", duration);
    }
    if (const auto label = match_any({"[the|my|that|this] timer|reminder for|called|named|to *",
                                      "[the|my|that|this] * timer|reminder"},
                                     what)) {
        return ask_timer("cancel", {}, label_in(label->front()));
    }
    return std::nullopt;
}

bool asks_for_list(Words words) {
    return match_any({"how long [is] [left] ... timer|timers ...",
                      "how much time|longer ... timer|timers ...",
                      "how much time [do|is] [i] [have] left|remaining ...",
                      "how long [is] left|remaining ...",
                      "how long until|till ... timer|timers ...",
                      "how much longer",
                      "how long do i have [left]",
                      "... left on ... timer|timers ...",
                      "when does|will|is ... timer|timers ...",
                      "check [on] [the|my] timer|timers",
                      "what|which timers ...",
                      "list [all] [my|the] timers",
                      "show [me] [all] [my|the] timers",
                      "what are my timers",
                      "do i have any|a ... timer|timers ...",
                      "are|is there any|a ... timer|timers ...",
                      "[the] timer status",
                      "what is the status of ... timer",
                      "is my|the timer ... running",
                      "how is my|the timer ..."},
                     words)
        .has_value();
}

std::optional<Decision> starting(Words words, const std::optional<std::chrono::seconds>& duration) {
    if (!duration) {
        if (match_any({"set|start|create|make|begin|give|add|new [me] [a|the|an|another|new] ... timer ...",
                       "[a] timer", "[i] need|want [a|another] timer", "set|start [up] [a] countdown"},
                      words)) {
            return Say{std::string(how_long)};
        }
        return std::nullopt;
    }
    if (const auto label =
            match_any({"remind me in|after # to|about|of|that *", "remind me to|about|of|that * in|after #",
                       "in # remind me to|about|of|that *", "... timer for|of # for|called|named|to *",
                       "... # timer for|called|named|to *", "... timer for|called|named * for|of #",
                       "set|start|create|make|begin|need|want a|an|the|my|another * timer for|of #",
                       "set|start|create|make|begin|need|want a|an|the|my|another # * timer"},
                      words)) {
        return ask_timer("start", duration, label_in(label->front()));
    }
    if (match_any({"... timer|timers|countdown|alarm ...", "count down [from] #", "remind me in|after # ...",
                   "wake me [up] in|after # ...", "tell|call|alert me in|after # ...", "set|start # ..."},
                  words)) {
        return ask_timer("start", duration);
    }
    return std::nullopt;
}

// Whether the agent's last words were the question after the duration.
bool was_asked_how_long(const Situation& situation) {
    for (const auto& message : situation.earlier | std::views::reverse) {
        if (message.role == Role::Assistant && !message.content.empty()) {
            return message.content == how_long;
        }
    }
    return false;
}

}  // namespace

std::optional<Decision> about_timers(Words words, const Situation& situation) {
    const auto timed = with_duration_marked(words);
    std::optional<Decision> decision;
    if (auto ask = cancelling(timed.words, timed.duration)) {
        decision = std::move(*ask);
    } else if (asks_for_list(timed.words)) {
        decision = ask_timer("list");
    } else if (timed.duration && was_asked_how_long(situation)) {
        decision = ask_timer("start", timed.duration);
    } else {
        decision = starting(timed.words, timed.duration);
    }
    return decision && !situation.skills.contains("timer") ? lacking("timer") : decision;
}

}  // namespace repartee::engines::rules
