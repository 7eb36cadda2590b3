// The doctor of a server that runs: examines what it works with just now, its own engines among it, and not
// another set of them beside it.
#pragma once

#include "app/archive_keeper.h"
#include "app/core.h"
#include "app/doctor_report.h"
#include "app/model_shelf.h"
#include "app/settings.h"
#include "devices/microphone.h"
#include "devices/robot.h"
#include "mcp/client/toolbox.h"
#include "surfaces/steward.h"

namespace repartee::app {

// What is examined. All of it outlives the examination.
struct Patient {
    Core& core;
    const Settings& settings;
    const ModelChoices& choices;
    const ArchiveKeeper& archive;
    devices::Robot& robot;
    devices::Microphone& microphone;
    const mcp::client::McpToolbox* tools = nullptr;  // of other servers
};

// On the core's strand. Whether all is well. Throws Failure{ProviderLate} when it takes longer than minutes.
awaitable<bool> check_up(Patient patient, surfaces::Steward::Care care, Report& report);

}  // namespace repartee::app
