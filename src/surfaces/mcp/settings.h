// What can be set about the server of the Model Context Protocol: the table [surfaces.mcp].
#pragma once

#include "base/fields.h"

#include <chrono>
#include <cstdint>

namespace repartee::surfaces::mcp {

struct McpSettings {
    bool robot_speaks = true;  // the tool `say` may use the robot
    // Tools at work at a time, of one person; of one address where they have no account.
    std::int64_t calls_at_once = 4;
    std::int64_t calls_of_all = 64;
    std::chrono::milliseconds session_lifetime{86'400'000};
};

void describe(Fields& fields, McpSettings& settings);

}  // namespace repartee::surfaces::mcp
