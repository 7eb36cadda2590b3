// Where the robot is and how patient we are with it. Section [devices.misty].
#pragma once

#include "base/fields.h"

#include <chrono>
#include <string>

namespace repartee::devices::misty {

struct MistySettings {
    std::string url = {};  // base URL; empty: no robot
    std::chrono::milliseconds connect_timeout{2'000};
    std::chrono::milliseconds command_timeout{5'000};  // for one command, connecting included
};

void describe(Fields& fields, MistySettings& settings);

}  // namespace repartee::devices::misty
