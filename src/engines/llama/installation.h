// Where llama.cpp's server is on this machine, and how it is run from there.
#pragma once

#include "processes/child.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace repartee::engines::llama {

// Where to look for it.
struct Whereabouts {
    std::filesystem::path named = {};  // by the settings
    std::filesystem::path kit = {};    // the root of the engine kit; empty: built without one
    std::string path = {};             // the environment's PATH
};

// What to run, without arguments of the server's own. Of several: the named one, the kit's, the first in
// PATH. Nothing where there is none.
std::optional<processes::Program> find_server(const Whereabouts& whereabouts);

}  // namespace repartee::engines::llama
