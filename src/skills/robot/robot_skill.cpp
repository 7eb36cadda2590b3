#include "skills/robot/robot_skill.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace repartee::skills::robot {

namespace json = boost::json;
using devices::Action;
using devices::Colour;

namespace {

constexpr std::array<std::pair<std::string_view, Colour>, 12> colours{{{"red", {255, 0, 0}},
                                                                       {"green", {0, 255, 0}},
                                                                       {"blue", {0, 0, 255}},
                                                                       {"white", {255, 255, 255}},
                                                                       {"black", {0, 0, 0}},
                                                                       {"off", {0, 0, 0}},
                                                                       {"yellow", {255, 255, 0}},
                                                                       {"orange", {255, 128, 0}},
                                                                       {"purple", {128, 0, 255}},
                                                                       {"pink", {255, 64, 128}},
                                                                       {"cyan", {0, 255, 255}},
                                                                       {"magenta", {255, 0, 255}}}};

std::string_view sentence_about(Action action) {
    switch (action) {
        case Action::Nod: return "The robot nods.";
        case Action::LookLeft: return "The robot looks to the left.";
        case Action::LookRight: return "The robot looks to the right.";
        case Action::Wave: return "The robot waves.";
        case Action::Dance: return "The robot dances.";
        case Action::TurnLeft: return "The robot turns left.";
        case Action::TurnRight: return "The robot turns right.";
        case Action::MoveForward: return "The robot moves forward.";
        case Action::LedColor: return "The robot's light has changed.";
        case Action::Stop: return "The robot stops.";
    }
    return "Done.";
}

std::string_view string_at(const json::object& arguments, std::string_view key) {
    const auto* value = arguments.if_contains(key);
    return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

}  // namespace

std::optional<Colour> read_colour(std::string_view text) {
    std::string name(text);
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c | 0x20) : c; });
    const auto* known = std::ranges::find(colours, name, &decltype(colours)::value_type::first);
    if (known != colours.end()) {
        return known->second;
    }
    std::uint32_t code = 0;
    const char* end = name.data() + name.size();
    if (name.size() != 7 || name.front() != '#' ||
        std::from_chars(name.data() + 1, end, code, 16).ptr != end) {
        return std::nullopt;
    }
    return Colour{static_cast<std::uint8_t>(code >> 16), static_cast<std::uint8_t>(code >> 8 & 0xFF),
                  static_cast<std::uint8_t>(code & 0xFF)};
}

namespace {

SkillSchema robot_schema() {
    json::array names;
    for (const auto& [name, action] : devices::action_names) {
        names.emplace_back(name);
    }
    json::object action{{"type", "string"}, {"enum", std::move(names)}};
    json::object colour{{"type", "string"},
                        {"maxLength", 20},
                        {"description", "For led_color: a name such as 'red', or '#ff8000'."}};
    return {.name = "robot",
            .description = "Makes the robot in the room move, look, wave, dance, change its light, or stop.",
            .parameters = {
                {"type", "object"},
                {"properties", json::object{{"action", std::move(action)}, {"color", std::move(colour)}}},
                {"required", json::array{"action"}}}};
}

}  // namespace

SharedSchema RobotSkill::schema() const {
    static const auto schema = shared(robot_schema());
    return schema;
}

awaitable<SkillResult> RobotSkill::run(json::object arguments) {
    if (robot_ == nullptr || !robot_->state().configured) {
        co_return SkillResult{.text = "There is no robot here."};
    }
    auto action = devices::action_named(string_at(arguments, "action"));
    if (!action) {
        co_return SkillResult{.text = "The robot cannot do that."};
    }
    std::optional<Colour> colour;
    if (auto wanted = string_at(arguments, "color"); *action == Action::LedColor && !wanted.empty()) {
        colour = read_colour(wanted);
        if (!colour) {
            co_return SkillResult{.text = "I do not know that colour."};
        }
    }
    co_await robot_->act(*action, colour);
    co_return SkillResult{.text = std::string(sentence_about(*action))};
}

}  // namespace repartee::skills::robot
