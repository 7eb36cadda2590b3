// Misty's language, without the network: commands with their bodies, and what replies mean. Pure.
//
// Values outside the documented ranges are limited here, as the robot would limit them, so that
// what is sent is what happens. Parameter names are those of the vendor's reference; the robot
// reads them in any case.
#pragma once

#include "base/error.h"
#include "devices/misty/misty_settings.h"
#include "devices/robot.h"

#include <boost/json/object.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace repartee::devices::misty {

// One POST to the robot.
struct Command {
    std::string path;  // below /api/: "drive/time"
    boost::json::object body = {};
    bool moves = false;  // head, arms or wheels: what `halt` would halt
};

// In degrees: pitch up (-40) to down (26), roll left (-40) to right (40), yaw right (-81) to left (81).
struct HeadPose {
    double pitch = 0;
    double roll = 0;
    double yaw = 0;
};

enum class Arm { Left, Right, Both };

// The head takes either a velocity or a duration, and refuses both and neither.
Command turn_head(HeadPose pose, double velocity_percent);
Command turn_head(HeadPose pose, std::chrono::milliseconds duration);

// In degrees: -29 is highest, 0 points forward, 90 hangs straight down.
Command move_arm(Arm arm, double position, double velocity_percent);
Command move_arms(double left, double right, double velocity_percent);

Command show_colour(Colour colour);

// Both velocities in percent, -100 ... 100; angular is positive to the left. The robot ignores
// less than 100 ms. Never plain `drive`, which has no end.
Command drive_for(double linear, double angular, std::chrono::milliseconds duration);
Command stop_driving();
Command halt();

// In place of what it says now.
Command speak(std::string_view text, std::string_view utterance_id);
Command stop_speaking();
Command stop_sound();

// The settings' base URL with a scheme and without /api or a slash at its end, followed by
// "/api/" and `path`.
std::string url_of(const MistySettings& settings, std::string_view path);

// For people: "Misty at http://192.168.1.20". Without what may be secret in a URL.
std::string name_of_robot(const MistySettings& settings);

// What a reply says about the command.
struct Verdict {
    std::optional<Error> refusal;  // ProviderBroke; nothing: the robot has taken the command
    bool is_working = true;        // a robot that refuses one command works; one that updates does not
};
Verdict verdict_on(std::string_view path, int status, std::string_view body, const MistySettings& settings);

// What a failure of the HTTP client means to a person with a robot.
Error error_from_client(const Error& error, const MistySettings& settings);
Error too_late(const MistySettings& settings);

}  // namespace repartee::devices::misty
