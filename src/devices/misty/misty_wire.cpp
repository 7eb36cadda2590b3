#include "devices/misty/misty_wire.h"

#include "base/utf8.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace repartee::devices::misty {

namespace json = boost::json;

namespace {

using std::chrono::milliseconds;

// Enough of a robot's complaint to understand it.
constexpr std::size_t complaint_limit = 300;  // bytes

constexpr milliseconds least_drive_time{100};
constexpr milliseconds most_time{60'000};  // nothing here moves for longer

// Whole numbers without exponent or fraction, as everybody writes them.
json::value number(double value) {
    if (value == std::floor(value)) {
        return static_cast<std::int64_t>(value);
    }
    return value;
}

json::value limited(double value, double least, double most) {
    return number(std::clamp(value, least, most));
}

json::value percent(double value) {
    return limited(value, 0, 100);
}

json::value signed_percent(double value) {
    return limited(value, -100, 100);
}

json::value arm_position(double degrees) {
    return limited(degrees, -29, 90);
}

json::object head_pose(const HeadPose& pose) {
    return {{"Pitch", limited(pose.pitch, -40, 26)},
            {"Roll", limited(pose.roll, -40, 40)},
            {"Yaw", limited(pose.yaw, -81, 81)}};
}

std::string_view name_of(Arm arm) {
    switch (arm) {
        case Arm::Left: return "left";
        case Arm::Right: return "right";
        case Arm::Both: break;
    }
    return "both";
}

// The settings' URL with a scheme and without anything behind the host and path.
std::string base_url(std::string_view url) {
    std::string base(url);
    if (base.find("://") == base.npos) {
        base.insert(0, "http://");
    }
    auto drop_slashes = [&] {
        while (base.ends_with('/')) {
            base.pop_back();
        }
    };
    drop_slashes();
    if (base.ends_with("/api")) {
        base.resize(base.size() - 4);
        drop_slashes();
    }
    return base;
}

// As people write it: no user name, password or query.
std::string presentable_url(const MistySettings& settings) {
    auto url = base_url(settings.url);
    url.resize(std::min(url.size(), url.find_first_of("?#")));
    if (auto at = url.rfind('@'); at != url.npos) {
        auto host = url.find("://") + 3;
        url.erase(host, at + 1 - host);
    }
    return url;
}

// Names of a reply's fields are read in any case, as the robot reads ours.
const json::value* field(const json::object& object, std::string_view name) {
    for (const auto& [key, value] : object) {
        if (std::ranges::equal(key, name, {}, [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; })) {
            return &value;
        }
    }
    return nullptr;
}

std::string_view text_of(const json::object& object, std::string_view name) {
    const auto* value = field(object, name);
    const auto* text = value ? value->if_string() : nullptr;
    return text ? std::string_view(text->data(), text->size()) : std::string_view();
}

// One line of valid UTF-8, whatever the robot says.
std::string complaint(std::string_view text) {
    std::string line;
    for (std::size_t at = 0; at < text.size() && line.size() < complaint_limit;) {
        auto character = decode_utf8(text, at);
        append_utf8(line, character.code < 0x20 || character.code == 0x7f ? U' ' : character.code);
        at += character.length;
    }
    while (line.ends_with(' ') || line.ends_with('.')) {
        line.pop_back();
    }
    return line;
}

// Nothing for what is no JSON object. Invalid UTF-8 is let through: `complaint` deals with it.
std::optional<json::object> object_in(std::string_view text) {
    json::parse_options options;
    options.allow_invalid_utf8 = true;
    json::error_code wrong;
    auto value = json::parse(json::string_view(text.data(), text.size()), wrong, {}, options);
    if (wrong || !value.is_object()) {
        return std::nullopt;
    }
    return std::move(value.get_object());
}

}  // namespace

Command turn_head(HeadPose pose, double velocity_percent) {
    auto body = head_pose(pose);
    body["Velocity"] = percent(velocity_percent);
    return {"head", std::move(body), true};
}

Command turn_head(HeadPose pose, milliseconds duration) {
    auto body = head_pose(pose);
    auto seconds = std::chrono::duration<double>(std::clamp(duration, milliseconds(1), most_time));
    body["Duration"] = number(seconds.count());
    return {"head", std::move(body), true};
}

Command move_arm(Arm arm, double position, double velocity_percent) {
    json::object body{
        {"Arm", name_of(arm)}, {"Position", arm_position(position)}, {"Velocity", percent(velocity_percent)}};
    return {"arms", std::move(body), true};
}

Command move_arms(double left, double right, double velocity_percent) {
    json::object body{{"LeftArmPosition", arm_position(left)},
                      {"RightArmPosition", arm_position(right)},
                      {"LeftArmVelocity", percent(velocity_percent)},
                      {"RightArmVelocity", percent(velocity_percent)}};
    return {"arms/set", std::move(body), true};
}

Command show_colour(Colour colour) {
    return {"led", {{"red", colour.red}, {"green", colour.green}, {"blue", colour.blue}}};
}

Command drive_for(double linear, double angular, milliseconds duration) {
    json::object body{{"LinearVelocity", signed_percent(linear)},
                      {"AngularVelocity", signed_percent(angular)},
                      {"TimeMs", std::clamp(duration, least_drive_time, most_time).count()}};
    return {"drive/time", std::move(body), true};
}

// Holding would strain the motors.
Command stop_driving() {
    return {"drive/stop", {{"Hold", false}}};
}

Command halt() {
    return {"halt"};
}

Command speak(std::string_view text, std::string_view utterance_id) {
    return {"tts/speak", {{"Text", text}, {"Flush", true}, {"UtteranceId", utterance_id}}};
}

Command stop_speaking() {
    return {"tts/stop"};
}

Command stop_sound() {
    return {"audio/stop"};
}

std::string url_of(const MistySettings& settings, std::string_view path) {
    return fmt::format("{}/api/{}", base_url(settings.url), path);
}

std::string name_of_robot(const MistySettings& settings) {
    return fmt::format("Misty at {}", presentable_url(settings));
}

Verdict verdict_on(std::string_view path, int status, std::string_view body, const MistySettings& settings) {
    auto refusal = [&](std::string message) {
        return Error{ErrorKind::ProviderBroke, std::move(message),
                     fmt::format("{}: HTTP {}, {} bytes", path, status, body.size())};
    };
    if (status == 503) {
        return {refusal("The robot is updating itself. Try again in a few minutes."), false};
    }
    auto object = object_in(body);
    auto outcome = object ? text_of(*object, "status") : std::string_view();
    // `halt` has no result; some firmware then sends no body either.
    bool is_good = status == 200 && (outcome == "Success" || body.empty());
    if (is_good) {
        return {};
    }
    if (outcome.empty()) {
        return {refusal(fmt::format("What answers at {} is not a Misty robot (HTTP {}). Is MISTY_URL right?",
                                    presentable_url(settings), status)),
                false};
    }
    auto why = complaint(text_of(*object, "error"));
    if (why.empty()) {
        why = fmt::format("HTTP {}", status);
    }
    return {refusal(fmt::format("The robot refused {}: {}.", path, why)), true};
}

Error error_from_client(const Error& error, const MistySettings& settings) {
    auto robot = presentable_url(settings);
    switch (error.kind) {
        case ErrorKind::Unavailable:
            return {ErrorKind::Unavailable,
                    fmt::format("Nobody answers at {}. Is the robot on and in this network, and is MISTY_URL "
                                "right?",
                                robot),
                    fmt::format("{} {}", error.message, error.detail)};
        case ErrorKind::Malformed:
            return {ErrorKind::Unavailable,
                    fmt::format("MISTY_URL is not an address that can be called: it should look like "
                                "http://192.168.1.20, not {}.",
                                robot),
                    error.message};
        case ErrorKind::ProviderLate: return too_late(settings);
        default:
            return {ErrorKind::ProviderBroke, fmt::format("The robot at {} broke off its answer.", robot),
                    fmt::format("{} {}", error.message, error.detail)};
    }
}

Error too_late(const MistySettings& settings) {
    return {
        ErrorKind::ProviderLate,
        fmt::format("The robot at {} does not answer in time. If it keeps doing so, switch it off and on.",
                    presentable_url(settings)),
        {}};
}

}  // namespace repartee::devices::misty
