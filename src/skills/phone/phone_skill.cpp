#include "skills/phone/phone_skill.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <array>
#include <map>

namespace repartee::skills::phone {

namespace json = boost::json;

namespace {

constexpr SkillManners careful{
    .runs_on = RunsOn::Client, .effect = EffectClass::Commits, .needs_confirmation = true};
constexpr SkillManners once{.runs_on = RunsOn::Client, .effect = EffectClass::Commits};
constexpr SkillManners again{.runs_on = RunsOn::Client, .effect = EffectClass::MayRepeat};

std::string text_at(const json::object& arguments, std::string_view key) {
    const auto* value = arguments.if_contains(key);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string calendar_sentence(const json::object& arguments) {
    auto action = text_at(arguments, "action");
    return action == "add"      ? "Putting it into your calendar."
           : action == "delete" ? "Taking it out of your calendar."
                                : "Here is your calendar.";
}

std::string media_sentence(const json::object& arguments) {
    auto command = text_at(arguments, "command");
    return command == "play"    ? "Playing."
           : command == "pause" ? "Pausing."
           : command == "next"  ? "On to the next one."
                                : "Back to the previous one.";
}

constexpr std::array<PhoneTask, 6> phone_tasks{{
    {.name = "call",
     .description = "Calls somebody by phone.",
     .parameters = R"({"type": "object",
         "properties": {"target": {"type": "string", "minLength": 1, "maxLength": 200,
                                   "description": "A name from the contacts, or a number."}},
         "required": ["target"]})",
     .manners = careful,
     .sentence = [](const json::object& a) { return fmt::format("Calling {}.", text_at(a, "target")); }},
    {.name = "sms",
     .description = "Writes a text message to somebody.",
     .parameters = R"({"type": "object",
         "properties": {"target": {"type": "string", "minLength": 1, "maxLength": 200,
                                   "description": "A name from the contacts, or a number."},
                        "message": {"type": "string", "minLength": 1, "maxLength": 1600,
                                    "description": "The words of the message."}},
         "required": ["target", "message"]})",
     .manners = careful,
     .sentence =
         [](const json::object& a) {
             return fmt::format("Here is your message to {}.", text_at(a, "target"));
         }},
    {.name = "navigation",
     .description = "Shows the way to a place.",
     .parameters = R"({"type": "object",
         "properties": {"destination": {"type": "string", "minLength": 1, "maxLength": 300,
                                        "description": "An address or the name of a place."}},
         "required": ["destination"]})",
     .manners = again,
     .sentence =
         [](const json::object& a) {
             return fmt::format("Showing the way to {}.", text_at(a, "destination"));
         }},
    {.name = "calendar",
     .description = "Shows the calendar, adds an entry to it or deletes one.",
     .parameters = R"({"type": "object",
         "properties": {"action": {"type": "string", "enum": ["view", "add", "delete"]},
                        "title": {"type": "string", "maxLength": 300, "description": "What the entry is called."},
                        "date": {"type": "string", "maxLength": 60, "description": "The day, as 2031-02-28."},
                        "time": {"type": "string", "maxLength": 60, "description": "When it begins, as 17:30."}},
         "required": ["action"], "additionalProperties": true})",
     .manners = once,
     .sentence = calendar_sentence,
     .needs_confirmation = [](const json::object& a) { return text_at(a, "action") == "delete"; }},
    {.name = "media",
     .description = "Plays music and videos, pauses them, goes to the next or the previous one.",
     .parameters = R"({"type": "object",
         "properties": {"command": {"type": "string", "enum": ["play", "pause", "next", "previous"]}},
         "required": ["command"]})",
     .manners = once,
     .sentence = media_sentence},
    {.name = "system",
     .description = "Sets the volume or the brightness of the phone.",
     .parameters = R"({"type": "object",
         "properties": {"setting": {"type": "string", "enum": ["volume", "brightness"]},
                        "value": {"type": "string", "minLength": 1, "maxLength": 20,
                                  "description": "A number of percent, or up, down, on or off."}},
         "required": ["setting", "value"]})",
     .manners = again,
     .sentence =
         [](const json::object& a) {
             return fmt::format("Setting the {} to {}.", text_at(a, "setting"), text_at(a, "value"));
         }},
}};

std::map<std::string_view, SharedSchema> schemas_of_tasks() {
    std::map<std::string_view, SharedSchema> schemas;
    for (const auto& task : phone_tasks) {
        auto parameters = json::parse({task.parameters.data(), task.parameters.size()}).as_object();
        schemas[task.name] = shared({.name = std::string(task.name),
                                     .description = std::string(task.description),
                                     .parameters = std::move(parameters)});
    }
    return schemas;
}

}  // namespace

std::span<const PhoneTask> tasks() {
    return phone_tasks;
}

SharedSchema PhoneSkill::schema() const {
    static const auto schemas = schemas_of_tasks();
    return schemas.at(task_.name);
}

awaitable<SkillResult> PhoneSkill::run(json::object arguments) {
    if (!client_acts_) {
        co_return SkillResult{.text = "That cannot be done from here: it takes the app on a phone."};
    }
    if (json::serialize(arguments).size() > most_details) {
        co_return SkillResult{.text = "That is too much at once. Please make it shorter."};
    }
    SkillResult result{.text = task_.sentence(arguments)};
    bool confirm = task_.manners.needs_confirmation ||
                   (task_.needs_confirmation != nullptr && task_.needs_confirmation(arguments));
    result.effects.emplace_back(ClientAction{
        .name = std::string(task_.name), .parameters = std::move(arguments), .needs_confirmation = confirm});
    co_return result;
}

}  // namespace repartee::skills::phone
