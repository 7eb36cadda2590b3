#include "surfaces/voice_ai/client_timer.h"

#include <boost/json/parse.hpp>

namespace repartee::surfaces::voice_ai {

namespace json = boost::json;

SkillSchema ClientTimer::schema() const {
    constexpr std::string_view parameters = R"({"type": "object",
        "properties": {"duration": {"type": "string", "minLength": 1, "maxLength": 60,
                                    "description": "How long, such as 5 minutes."},
                       "label": {"type": "string", "maxLength": 60, "description": "What it is for."}},
        "required": ["duration"]})";
    return {.name = "timer",
            .description = "Sets a timer on the user's device.",
            .parameters = json::parse({parameters.data(), parameters.size()}).as_object()};
}

skills::SkillManners ClientTimer::manners() const {
    return {.runs_on = skills::RunsOn::Client, .effect = skills::EffectClass::Commits};
}

awaitable<skills::SkillResult> ClientTimer::run(json::object arguments) {
    auto duration = std::string(arguments.at("duration").as_string());
    skills::SkillResult result{.text = "Setting a timer: " + duration + "."};
    result.effects.emplace_back(skills::ClientAction{.name = "timer", .parameters = std::move(arguments)});
    co_return result;
}

}  // namespace repartee::surfaces::voice_ai
