#include "config/inventory.h"
#include "config/writing.h"

#include <fmt/format.h>

#include <iterator>

namespace repartee::config {

namespace {

// Comments beyond this column would look lost beside short values; behind longer values they follow at once.
constexpr std::size_t comment_column = 44;

// A path with a line end in it must not end the comment.
constexpr std::size_t longest_origin = 400;

void append_header(std::string& text, const TableFacts& table) {
    if (!text.empty()) {
        text += "\n";
    }
    if (!table.path.empty()) {
        text += fmt::format("[{}]\n", table.path);
    }
}

}  // namespace

std::string print(const Sections& sections, const Origins& origins) {
    std::string text;
    for (const TableFacts& table : inventory(sections)) {
        if (table.fields.empty()) {
            continue;
        }
        append_header(text, table);
        for (const FieldFacts& field : table.fields) {
            const auto origin = origins.find(path_of(table, field));
            const std::string setting = fmt::format("{} = {}", field.name, field.value);
            fmt::format_to(std::back_inserter(text), "{:<{}}  # {}\n", setting, comment_column,
                           origin != origins.end() ? presentable(origin->second, longest_origin) : "default");
        }
    }
    return text;
}

}  // namespace repartee::config
