// `repartee serve`: the server from the first line of the banner to the last connection.
#pragma once

#include "app/settings.h"

namespace repartee::app {

struct ServeOptions {
    config::SourceOptions sources;     // of the settings, to read the agents again
    bool lan = false;                  // listen on the network and say under which addresses
    bool offer = true;                 // ask somebody at a terminal whether to fetch a speech model
    std::string program = "repartee";  // how this program was called, for the banner
};

// Returns the exit code: 0 after an orderly end, 1 when it could not listen, or was stopped before it did.
int serve(Settings settings, Parts& parts, const config::Reading& reading, const ServeOptions& options);

}  // namespace repartee::app
