// Tells about the settings: the ones in force, and all there are.
//
// All four are made from the same descriptions that `read` follows, so they cannot fall behind.
#pragma once

#include "config/section.h"
#include "config/settings_file.h"

#include <string>

namespace repartee::config {

// The settings in force, as a settings file, with a comment on each line saying where the value came
// from. Secrets are stars.
std::string print(const Sections& sections, const Origins& origins);

// The three below describe the values as defaults: call them on structs that nothing was read into.

// docs/configuration.md.
std::string document(const Sections& sections);

// A repartee.toml with every setting explained and commented out.
std::string example_file(const Sections& sections);

// A .env with every variable explained and commented out.
std::string example_dotenv(const Sections& sections);

}  // namespace repartee::config
