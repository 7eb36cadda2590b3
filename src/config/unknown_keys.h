// Finds what is in the settings file and belongs to nobody: most often a name with a slip in it.
#pragma once

#include "config/mistake.h"
#include "config/reading_fields.h"
#include "config/toml_tree.h"

#include <string>

namespace repartee::config {

// One mistake for each key of `table`, and of the tables in it, that `known` does not have, with the
// nearest name that it has. What stands below an unknown table is not told of as well.
Mistakes unknown_keys(const TomlNode::Table& table, const KnownTable& known, const std::string& file_name);

}  // namespace repartee::config
