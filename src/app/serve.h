// `repartee serve`: the server from the first line of the banner to the last connection. It may begin where
// another server ends, and end where another begins (handover.h).
#pragma once

#include "app/settings.h"

#include <string>
#include <vector>

namespace repartee::app {

struct ServeOptions {
    config::SourceOptions sources;               // of the settings, to read the agents again
    bool lan = false;                            // listen on the network and say under which addresses
    bool offer = true;                           // ask somebody at a terminal whether to fetch a speech model
    std::string program = "repartee";            // how this program was called, for the banner
    std::vector<std::string> command_line = {};  // all of it, for a process that takes this one's place
};

// Returns the exit code: 0 after an orderly end, 1 when it could not listen, was stopped before it did, or
// was to take another server's place and was not given it.
int serve(Settings settings, Parts& parts, const config::Reading& reading, const ServeOptions& options);

}  // namespace repartee::app
