// Reads the settings: the environment over .env over repartee.toml over the defaults.
//
//     config::Sources sources = config::sources_on_disk(config::environment_of_process());
//     config::Reading reading = config::read(sections, sources);
//     if (!reading.mistakes.empty()) { std::cerr << config::to_text(reading.mistakes); return 2; }
//     std::cout << config::print(sections, reading.origins);
//
// Every layer is checked in full, also where a later one overrides it, and all mistakes come at once.
// Keys in repartee.toml that no section knows are mistakes; unknown variables are not, because an
// environment belongs to everybody.
#pragma once

#include "config/environment.h"
#include "config/mistake.h"
#include "config/section.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::config {

// The texts that settings are read from, and what mistakes call them.
struct Sources {
    std::string file_name = "repartee.toml";
    std::string file_text;
    std::string dotenv_name = ".env";
    std::string dotenv_text;
    Environment environment;
    Mistakes mistakes;  // in getting hold of the texts; `read` passes them on
};

// Where the value of a field came from, by path ("server.port"): "repartee.toml:3", "PORT in .env:2",
// "PORT in the environment". A field that is not listed has its default.
using Origins = std::map<std::string, std::string, std::less<>>;

struct Reading {
    Mistakes mistakes;  // by layer, then by line
    Origins origins;
    std::vector<std::string> without_effect;  // names of variables that were set and change nothing
};

// Writes each value into the variable its section describes; a wrong one leaves the variable as it
// was. Do not start on values of a reading that has mistakes.
Reading read(const Sections& sections, const Sources& sources);

// The names of the tables in the table [name], which may be dotted, in the order they begin in the file: for
// a module that has a table for each of something that users name. A file that is no TOML has none; `read`
// tells of it.
std::vector<std::string> tables_below(const Sources& sources, std::string_view name);

struct SourceOptions {
    // Named by the user. Else the variable REPARTEE_CONFIG (environment, then .env) names it; a file
    // that was named has to be there. Else repartee.toml in `directory`, if it is there.
    std::optional<std::filesystem::path> file = {};
    std::filesystem::path directory = ".";
    bool dotenv = true;  // whether to look for .env in `directory`
};

// Reads the files. Blocks; call it before there are loops to block.
Sources sources_on_disk(Environment environment, const SourceOptions& options = {});

}  // namespace repartee::config
