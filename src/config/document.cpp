#include "config/environment.h"
#include "config/inventory.h"
#include "config/writing.h"

#include <boost/algorithm/string/replace.hpp>
#include <fmt/format.h>

#include <iterator>

namespace repartee::config {

namespace {

constexpr std::string_view introduction = R"(# Configuration

*This page is written by the program from the descriptions that also read and check the settings;
change those, not the page.*

Settings come from four places, each overriding the ones before it:

1. the defaults below;
2. `repartee.toml` in the working directory, or the file that `REPARTEE_CONFIG` or `--config` names;
3. `.env` in the working directory;
4. the environment.

`repartee check` shows the settings in force and where each of them came from. A wrong value, or a key
in the file that nobody knows, stops the start, and all mistakes are listed at once. Variables nobody knows
are ignored; the case of their names does not count.

| Type | In the file | In a variable |
|---|---|---|
| boolean | `true`, `false` | `true` `yes` `on` `1`, `false` `no` `off` `0`, in any case |
| whole number | `8000` | `8000` |
| number | `0.85`, `1` | `0.85`, `1` |
| text, secret | `"text"` | all behind the `=` as it is; in `.env` also in quotes |
| list of texts | `["one", "two"]` | `["one", "two"]` or `one, two` |
| duration | `"250ms"`, `"1.5s"`, `"2min"`, `"1h"`, or a number of milliseconds | the same without quotes; what a bare number counts is said beside the variable |

`NAME=` with nothing behind it empties a text or a secret; for other types, and for texts with a fixed
choice of values, it is as if the variable were not set.
)";

// Inside a table a bar ends the cell, in code as well.
std::string in_cell(std::string text) {
    boost::algorithm::replace_all(text, "|", "\\|");
    boost::algorithm::replace_all(text, "\n", " ");
    return text;
}

std::string code(const std::string& text) {
    const std::string fence = text.find('`') == std::string::npos ? "`" : "``";
    return text.empty() ? "" : fence + in_cell(text) + fence;
}

std::string variables_cell(const FieldFacts& field) {
    std::string cell;
    for (const std::string& variable : field.variables) {
        cell += (cell.empty() ? "" : ", ") + code(variable);
    }
    if (!cell.empty() && !field.bare_unit.empty()) {
        cell += fmt::format(" (bare number: {})", field.bare_unit);
    }
    return cell;
}

void append_table(std::string& page, const TableFacts& table) {
    auto out = std::back_inserter(page);
    fmt::format_to(out, "\n## {}\n\n",
                   table.path.empty() ? "Top of the file" : fmt::format("`[{}]`", table.path));
    if (!table.help.empty()) {
        page += table.help + "\n\n";
    }
    page += "| Key | Type | Default | Allowed | Variable | Meaning |\n|---|---|---|---|---|---|\n";
    for (const FieldFacts& field : table.fields) {
        fmt::format_to(out, "| {} | {} | {} | {} | {} | {} |\n", code(field.name), field.type,
                       code(field.value), in_cell(field.limits), variables_cell(field), in_cell(field.help));
    }
}

}  // namespace

std::string document(const Sections& sections) {
    std::string page(introduction);
    for (const TableFacts& table : inventory(sections)) {
        if (!table.fields.empty()) {
            append_table(page, table);
        }
    }
    fmt::format_to(
        std::back_inserter(page),
        "\n## Accepted and without effect\n\nPrograms that this one replaces know these variables. "
        "They change nothing here, and the start says so once:\n`{}`.\n",
        fmt::join(variables_without_effect, "`, `"));
    return page;
}

}  // namespace repartee::config
