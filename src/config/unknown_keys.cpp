#include "config/unknown_keys.h"

#include "config/nearest_name.h"
#include "config/value_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace repartee::config {

namespace {

class UnknownKeys {
public:
    UnknownKeys(const KnownTable& top, const std::string& file_name) : top_(top), file_name_(file_name) {}

    Mistakes in(const TomlNode::Table& table) {
        walk(table, top_, "");
        return std::move(mistakes_);
    }

private:
    void walk(const TomlNode::Table& table, const KnownTable& known, const std::string& path) {
        for (const TomlEntry& entry : table) {
            const bool is_field = std::ranges::find(known.fields, entry.name) != known.fields.end();
            const auto below = known.tables.find(entry.name);
            const TomlNode::Table* entries = std::get_if<TomlNode::Table>(&entry.node.value);
            const std::string entry_path = path + key_text(entry.name);
            if (below != known.tables.end() && entries != nullptr) {
                walk(*entries, below->second, entry_path + ".");
            } else if (below != known.tables.end() && !is_field) {
                report(entry, entry_path,
                       fmt::format("this is a table; write [{}] and its keys below", entry_path));
            } else if (!is_field) {
                report(entry, entry_path, unknown(entry.name, entries != nullptr, known, path));
            }
        }
    }

    std::string unknown(const std::string& name, bool is_table, const KnownTable& known,
                        const std::string& path) const {
        std::vector<std::string> names = known.fields;
        for (const auto& [table, contents] : known.tables) {
            names.push_back(table);
        }
        const std::string told = is_table ? "there is no such table" : "there is no such key";
        if (const std::string nearest = nearest_name(name, names); !nearest.empty()) {
            return fmt::format("{}; did you mean \"{}\"?", told, path + nearest);
        }
        std::vector<std::string> elsewhere;
        places_of(name, top_, "", elsewhere);
        if (!elsewhere.empty()) {
            return fmt::format("{}; did you mean \"{}\"?", told, fmt::join(elsewhere, "\" or \""));
        }
        std::ranges::sort(names);
        return names.empty() ? told : fmt::format("{}; known here: {}", told, fmt::join(names, ", "));
    }

    // Every path that ends in `name`: right key, wrong table.
    static void places_of(const std::string& name, const KnownTable& known, const std::string& path,
                          std::vector<std::string>& places) {
        if (std::ranges::find(known.fields, name) != known.fields.end()) {
            places.push_back(path + name);
        }
        for (const auto& [table, contents] : known.tables) {
            if (table == name) {
                places.push_back(path + table);
            }
            places_of(name, contents, path + table + ".", places);
        }
    }

    void report(const TomlEntry& entry, const std::string& path, std::string message) {
        const TomlPosition at = entry.at.line > 0 ? entry.at : entry.node.at;
        mistakes_.push_back({.layer = Mistake::Layer::File,
                             .source = file_name_,
                             .line = at.line,
                             .column = at.column,
                             .subject = path,
                             .message = std::move(message)});
    }

    const KnownTable& top_;
    const std::string& file_name_;
    Mistakes mistakes_;
};

}  // namespace

Mistakes unknown_keys(const TomlNode::Table& table, const KnownTable& known, const std::string& file_name) {
    return UnknownKeys(known, file_name).in(table);
}

}  // namespace repartee::config
