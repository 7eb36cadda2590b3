// The doctor's look at what is neither engine nor model, for the command and for a server that examines
// itself.
#pragma once

#include "app/doctor_report.h"
#include "app/settings.h"
#include "devices/microphone.h"
#include "devices/robot.h"
#include "engines/hall.h"
#include "stores/catalogue.h"

#include <string>
#include <string_view>

namespace repartee::app {

// False when there should be a robot and is not.
bool look_at_robot(const devices::RobotState& robot, Report& report);

// A machine without a microphone is as good as any, unless one is asked for by name: then this is false.
// Blocks.
bool look_at_microphone(devices::Microphone& microphone, Report& report);

// False when it cannot be written to. Blocks.
bool look_at_data(const ServerSettings& settings, Report& report);

// A database that the server has not made yet is as good as one that is there.
bool report_store(std::string_view subject, const std::string& name, const stores::StoreHealth& health,
                  Report& report);

// As of the last check, a line an engine. The command has a table of its own instead (banner.h).
void report_engines(const engines::Hall& hall, Report& report);

}  // namespace repartee::app
