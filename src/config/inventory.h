// Everything the sections describe, as plain facts. What is printed, documented and offered as an
// example is written from this list.
#pragma once

#include "config/section.h"

#include <string>
#include <string_view>
#include <vector>

namespace repartee::config {

struct FieldFacts {
    std::string name;
    std::string type;    // "whole number"
    std::string value;   // at present, as the settings file would say it; secrets are stars
    std::string limits;  // "1 to 65535"; empty when every value will do
    std::string help;
    std::vector<std::string> variables;  // that override it, the one that counts first in front
    std::string bare_unit;               // durations: what a bare number in a variable counts, "seconds"
};

struct TableFacts {
    std::string path;  // "engines.ollama"; empty: the top of the file
    std::string help;
    std::vector<FieldFacts> fields;
};

// One for each table that was described, in the order of their first appearance, the top of the file
// before all others. Sections with the same path are one table.
std::vector<TableFacts> inventory(const Sections& sections);

// "server.port"
std::string path_of(const TableFacts& table, const FieldFacts& field);

}  // namespace repartee::config
