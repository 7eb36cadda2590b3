// A TOML text as a plain tree of values that know where they were written. The only place that knows
// the library which parses it.
#pragma once

#include "base/error.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace repartee::config {

struct TomlPosition {
    int line = 0;  // both from 1; 0: nowhere, as for tables that only exist because something is in them
    int column = 0;
};

struct TomlDate {};  // no setting is a date or a time, so which one does not matter

struct TomlEntry;

struct TomlNode {
    using Array = std::vector<TomlNode>;
    using Table = std::vector<TomlEntry>;  // sorted by name

    std::variant<bool, std::int64_t, double, std::string, TomlDate, Array, Table> value;
    TomlPosition at;
};

struct TomlEntry {
    std::string name;
    TomlPosition at;  // of the name
    TomlNode node;
};

// Nothing when there is none of that name.
const TomlNode* find(const TomlNode::Table& table, std::string_view name);

struct TomlMistake {
    TomlPosition at;
    std::string message;
};

// The top table, or the first place where the text is no TOML; the message quotes no values. Never throws
// on any text; texts over 1 MiB and absurdly nested ones are refused.
boost::system::result<TomlNode::Table, TomlMistake> parse_toml(std::string_view text);

}  // namespace repartee::config
