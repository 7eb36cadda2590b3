#include "config/inventory.h"
#include "config/writing.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

namespace repartee::config {

namespace {

void append_comment(std::string& text, std::string_view comment) {
    while (!comment.empty()) {
        const std::size_t end = std::min(comment.find('\n'), comment.size());
        text += fmt::format("# {}\n", comment.substr(0, end));
        comment.remove_prefix(std::min(end + 1, comment.size()));
    }
}

// Help, limits and what a bare number counts, in one line.
std::string explained(const FieldFacts& field, bool as_variable) {
    std::string text = field.help;
    const auto add = [&text](const std::string& more) { text += (text.empty() ? "" : " ") + more; };
    if (!field.limits.empty()) {
        add(fmt::format("({})", field.limits));
    }
    if (as_variable && !field.bare_unit.empty()) {
        add(fmt::format("A bare number counts {}.", field.bare_unit));
    }
    return text;
}

// What stands in quotes in the settings file mostly needs none in a variable.
std::string as_variable_value(const FieldFacts& field) {
    const bool plain = field.value.size() >= 2 && field.value.front() == '"' &&
                       field.value.find_first_of(" \t#'\\") == std::string::npos;
    return plain ? field.value.substr(1, field.value.size() - 2) : field.value;
}

// An agent or a server of the name "example": such a table makes one by being there, and a file that is taken
// as it lies there shall make nothing.
bool makes_something(std::string_view table) {
    return table.ends_with(".example") || table.find(".example.") != std::string_view::npos;
}

}  // namespace

std::string example_file(const Sections& sections) {
    std::string text =
        "# Settings of repartee. Each line below shows a default; take away the # to change it.\n"
        "# `repartee check` shows what is in force.\n";
    for (const TableFacts& table : inventory(sections)) {
        if (table.fields.empty()) {
            continue;
        }
        text += "\n";
        append_comment(text, table.help);
        if (!table.path.empty()) {
            text += fmt::format("{}[{}]\n", makes_something(table.path) ? "# " : "", table.path);
        }
        for (const FieldFacts& field : table.fields) {
            text += "\n";
            append_comment(text, explained(field, false));
            fmt::format_to(std::back_inserter(text), "# {} = {}\n", field.name, field.value);
        }
    }
    return text;
}

std::string example_dotenv(const Sections& sections) {
    std::string text =
        "# Variables that override repartee.toml. Each line below shows a default; take away the # to change "
        "it.\n";
    std::set<std::string> shown;  // a variable may override several fields
    for (const TableFacts& table : inventory(sections)) {
        for (const FieldFacts& field : table.fields) {
            for (const std::string& variable : field.variables) {
                if (shown.insert(variable).second) {
                    text += "\n";
                    append_comment(text, explained(field, true));
                    fmt::format_to(std::back_inserter(text), "# {}={}\n", variable, as_variable_value(field));
                }
            }
        }
    }
    return text;
}

}  // namespace repartee::config
