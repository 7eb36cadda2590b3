#include "skills/timer/timer_skill.h"

#include "skills/timer/duration_text.h"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace repartee::skills::timer {

namespace json = boost::json;
using std::chrono::seconds;

namespace {

std::string text_of(const json::object& arguments, std::string_view key) {
    const auto* value = arguments.if_contains(key);
    return value ? std::string(value->get_string()) : std::string();
}

// ASCII is enough: labels that differ otherwise are different labels.
bool same_ignoring_case(std::string_view one, std::string_view other) {
    return std::ranges::equal(
        one, other, [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

// "the 5 minute timer, the tea timer and the egg timer"
std::string enumeration(const std::vector<std::string>& names) {
    std::string sentence;
    for (std::size_t index = 0; index < names.size(); ++index) {
        if (index > 0) {
            sentence += index + 1 == names.size() ? " and " : ", ";
        }
        sentence += names[index];
    }
    return sentence;
}

}  // namespace

SharedSchema TimerSkill::schema() const {
    static const auto schema =
        shared({.name = "timer",
                .description =
                    "Starts, cancels and lists timers. The user hears when a timer ends. Also for reminders "
                    "after a while.",
                .parameters = json::parse(R"({
                "type": "object",
                "properties": {
                    "operation": {
                        "type": "string",
                        "enum": ["start", "cancel", "cancel_all", "list"],
                        "description": "start, if left out. list also tells how much time is left."
                    },
                    "duration": {
                        "type": "string",
                        "maxLength": 60,
                        "description": "For start: how long, such as '5 minutes' or '1 hour 30 minutes'. For cancel: which timer, by its length."
                    },
                    "label": {
                        "type": "string",
                        "maxLength": 60,
                        "description": "What the timer is for, such as 'pasta'. For cancel: which timer."
                    }
                }
            })")
                                  .as_object()});
    return schema;
}

awaitable<SkillResult> TimerSkill::run(json::object arguments) {
    forget_those_that_rang();
    const std::string operation = text_of(arguments, "operation");
    const std::string duration = text_of(arguments, "duration");
    const std::string label = text_of(arguments, "label");
    if (operation == "start" || operation.empty()) {
        co_return start(duration, label);
    }
    if (operation == "cancel") {
        co_return cancel(duration, label);
    }
    co_return operation == "cancel_all" ? cancel_all() : list();
}

// One that was cancelled unheard rings all the same: better than none that was wanted.
void TimerSkill::undo(const Effect& effect) {
    if (const auto* started = std::get_if<StartTimer>(&effect)) {
        std::erase_if(timers_, [&](const Timer& timer) { return timer.id == started->id; });
    }
}

SkillResult TimerSkill::start(std::string_view duration, std::string label) {
    if (duration.empty()) {
        return {.text = "For how long should I set the timer?"};
    }
    const auto length = read_duration(duration);
    if (!length || *length > longest_timer) {
        return {.text = "I can set timers from one second to 24 hours."};
    }
    if (*length < seconds{1}) {
        return {.text = "That is no time at all. A timer needs at least one second."};
    }
    if (timers_.size() >= most_timers) {
        return {.text = fmt::format("There are already {} timers. Cancel one of them first.", most_timers)};
    }
    Timer timer{.id = fmt::format("timer-{}", ++started_),
                .label = std::move(label),
                .length = *length,
                .due = clock_.now() + *length};
    StartTimer effect{.id = timer.id,
                      .after = *length,
                      .announcement = timer.label.empty() ? fmt::format("Your {} is done.", name_of(timer))
                                                          : fmt::format("Time is up: {}.", timer.label)};
    SkillResult result{.text = fmt::format("Okay, {}{}, starting now.", spoken_duration(*length),
                                           timer.label.empty() ? "" : fmt::format(" for {}", timer.label))};
    result.effects.emplace_back(std::move(effect));
    timers_.push_back(std::move(timer));
    return result;
}

SkillResult TimerSkill::cancel(std::string_view duration, std::string_view label) {
    if (timers_.empty()) {
        return {.text = "There is no timer running."};
    }
    const auto length = read_duration(duration);
    std::vector<std::size_t> meant;
    std::vector<std::string> names;
    for (std::size_t index = 0; index < timers_.size(); ++index) {
        const Timer& timer = timers_[index];
        names.push_back("the " + name_of(timer));
        if ((label.empty() || same_ignoring_case(label, timer.label)) &&
            (!length || *length == timer.length)) {
            meant.push_back(index);
        }
    }
    if (meant.empty()) {
        return {.text = fmt::format("I have no such timer, only {}.", enumeration(names))};
    }
    // Nothing was said about which one, and it matters.
    if (meant.size() > 1 && label.empty() && !length) {
        return {.text = fmt::format("Which one? There is {}.", enumeration(names))};
    }
    const auto chosen = timers_.begin() + static_cast<std::ptrdiff_t>(meant.front());
    SkillResult result{.text = fmt::format("I cancelled the {}.", name_of(*chosen))};
    result.effects.emplace_back(CancelTimer{.id = chosen->id});
    timers_.erase(chosen);
    return result;
}

SkillResult TimerSkill::cancel_all() {
    if (timers_.empty()) {
        return {.text = "There is no timer running."};
    }
    SkillResult result{.text = timers_.size() == 1
                                   ? fmt::format("I cancelled the {}.", name_of(timers_.front()))
                                   : fmt::format("I cancelled all {} timers.", timers_.size())};
    for (const auto& timer : timers_) {
        result.effects.emplace_back(CancelTimer{.id = timer.id});
    }
    timers_.clear();
    return result;
}

SkillResult TimerSkill::list() {
    if (timers_.empty()) {
        return {.text = "There is no timer running."};
    }
    SkillResult result;
    for (const auto& timer : timers_) {
        // Rounded up: a timer that still runs never has 0 seconds left.
        const auto left = std::chrono::ceil<seconds>(timer.due - clock_.now());
        result.text += fmt::format("{}The {} has {} left.", result.text.empty() ? "" : " ", name_of(timer),
                                   spoken_duration(left));
    }
    return result;
}

void TimerSkill::forget_those_that_rang() {
    std::erase_if(timers_, [now = clock_.now()](const Timer& timer) { return timer.due <= now; });
}

std::string TimerSkill::name_of(const Timer& timer) {
    return timer.label.empty() ? duration_as_adjective(timer.length) + " timer"
                               : "timer called " + timer.label;
}

}  // namespace repartee::skills::timer
