// `repartee mcp`: for programs that start their tools as children, such as desktop assistants. Takes frames
// of the Model Context Protocol from standard input, a line each, has a running server answer them, and gives
// the answers out the same way. Nothing but frames goes to standard output.
#pragma once

#include "app/settings.h"

#include <filesystem>
#include <string>

namespace repartee::app {

struct McpBridgeOptions {
    std::string url;                       // of the server; empty: as the settings say
    std::filesystem::path token_file;      // its first line is the token; empty: REPARTEE_TOKEN, if it is set
    std::filesystem::path authority_file;  // whom to trust besides the system, for https
};

// Until standard input ends. 1 where no request was answered by a server.
int bridge_mcp(const Settings& settings, const McpBridgeOptions& options);

}  // namespace repartee::app
