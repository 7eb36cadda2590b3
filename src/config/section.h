// One module's settings and the table they appear under. Whoever assembles the program makes these;
// nothing in this folder knows any module.
#pragma once

#include "base/fields.h"

#include <functional>
#include <string>
#include <vector>

namespace repartee::config {

struct Section {
    // Dotted path of the table, "server" or "engines.ollama"; empty: the top of the file. Several
    // sections may share a path; their fields then appear in one table.
    std::string name;
    std::string help;  // one sentence about the table
    // Names the fields and gives references to their values. Called once per reading, printing or
    // documenting, each time on the same values; they must outlive those calls.
    std::function<void(Fields&)> describe;
};

using Sections = std::vector<Section>;

}  // namespace repartee::config
