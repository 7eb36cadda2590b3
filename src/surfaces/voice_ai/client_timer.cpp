#include "surfaces/voice_ai/client_timer.h"

#include <boost/json/parse.hpp>

namespace repartee::surfaces::voice_ai {

namespace json = boost::json;

// The same operations as of the timers that ring here, so that whoever asks for one need not know where it
// is.
SharedSchema ClientTimer::schema() const {
    constexpr std::string_view parameters = R"({"type": "object",
        "properties": {"operation": {"type": "string", "enum": ["start", "cancel", "cancel_all", "list"],
                                     "description": "start, where nothing is said; the others are for the device alone."},
                       "duration": {"type": "string", "minLength": 1, "maxLength": 60,
                                    "description": "How long, such as 5 minutes."},
                       "label": {"type": "string", "maxLength": 60, "description": "What it is for."}}})";
    static const auto schema =
        shared({.name = "timer",
                .description = "Sets a timer on the user's device.",
                .parameters = json::parse({parameters.data(), parameters.size()}).as_object()});
    return schema;
}

skills::SkillManners ClientTimer::manners() const {
    return {.runs_on = skills::RunsOn::Client, .effect = skills::EffectClass::Commits};
}

awaitable<skills::SkillResult> ClientTimer::run(json::object arguments) {
    skills::SkillResult result;
    const auto* operation = arguments.if_contains("operation");
    if (operation != nullptr && operation->as_string() != "start") {
        result.text = "Your timers are on your device: I can start one there, and see none of them.";
        co_return result;
    }
    const auto* duration = arguments.if_contains("duration");
    if (duration == nullptr) {
        result.text = "For how long should I set the timer?";
        co_return result;
    }
    result.text = "Setting a timer: " + std::string(duration->as_string()) + ".";
    arguments.erase("operation");
    result.effects.emplace_back(skills::ClientAction{.name = "timer", .parameters = std::move(arguments)});
    co_return result;
}

}  // namespace repartee::surfaces::voice_ai
