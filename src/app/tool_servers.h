// The servers whose tools are used here, as repartee.toml names them: a table [mcp.servers.<name>] each.
#pragma once

#include "app/doctor_report.h"
#include "config/settings_file.h"
#include "mcp/client/toolbox.h"

#include <string>
#include <vector>

namespace repartee::app {

using ToolServers = std::vector<mcp::client::ServerSettings>;

// Those of a settings file, with nothing in them but their names, as far as these will do.
ToolServers tool_servers_in(const config::Sources& sources, config::Mistakes& mistakes);

// A table each; they refer to the servers.
config::Sections sections_of(ToolServers& servers);

// What no single field can know.
void check_tool_servers(const ToolServers& servers, config::Mistakes& mistakes);

// A line each: what can be reached and how many tools it has. False when one cannot.
bool report_tool_servers(const mcp::client::McpToolbox& toolbox, Report& report);

// "home: 12 tools", "attic: not reachable: It did not answer."
std::string in_words(const mcp::client::PeerState& server);

}  // namespace repartee::app
