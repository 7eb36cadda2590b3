#include "config/settings_file.h"

#include "config/dotenv.h"
#include "config/reading_fields.h"
#include "config/unknown_keys.h"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace repartee::config {

namespace {

// The file's top table; empty, and a mistake, when the text is no TOML.
TomlNode::Table table_of(const Sources& sources, Mistakes& mistakes) {
    auto parsed = parse_toml(sources.file_text);
    if (parsed) {
        return std::move(*parsed);
    }
    mistakes.push_back({.layer = Mistake::Layer::File,
                        .source = sources.file_name,
                        .line = parsed.error().at.line,
                        .column = parsed.error().at.column,
                        .message = parsed.error().message});
    return {};
}

void describe_all(const Sections& sections, ReadingState& state, const TomlNode::Table& table,
                  KnownTable& known) {
    ReadingFields top(state, "", &table, known);
    for (const Section& section : sections) {
        if (section.name.empty()) {
            section.describe(top);
        } else {
            top.section(section.name, section.help, section.describe);
        }
    }
}

std::vector<std::string> names_without_effect(const std::vector<VariableLayer>& layers) {
    std::vector<std::string> names;
    for (const std::string_view name : variables_without_effect) {
        if (std::ranges::any_of(layers,
                                [&](const VariableLayer& layer) { return layer.variables.find(name); })) {
            names.emplace_back(name);
        }
    }
    return names;
}

// Where an entry begins; a table may be there only because something is in it.
int first_line(const TomlEntry& entry) {
    int first = std::max(entry.at.line, entry.node.at.line);
    const TomlNode::Table* table = std::get_if<TomlNode::Table>(&entry.node.value);
    if (first > 0 || table == nullptr) {
        return first;
    }
    for (const TomlEntry& below : *table) {
        const int line = first_line(below);
        first = first == 0 ? line : std::min(first, line);
    }
    return first;
}

// By layer and place, each once: a variable that overrides two fields is one mistake, not two.
Mistakes in_order(const Mistakes& mistakes) {
    const auto place = [](const Mistake& mistake) {
        return std::tuple(mistake.layer, mistake.line, mistake.column);
    };
    Mistakes ordered;
    for (const Mistake& mistake : mistakes) {
        if (std::ranges::find(ordered, mistake) == ordered.end()) {
            ordered.insert(std::ranges::upper_bound(ordered, place(mistake), {}, place), mistake);
        }
    }
    return ordered;
}

void append(Mistakes& mistakes, const Mistakes& more) {
    mistakes.insert(mistakes.end(), more.begin(), more.end());
}

}  // namespace

std::vector<std::string> tables_below(const Sources& sources, std::string_view name) {
    const auto parsed = parse_toml(sources.file_text);
    const TomlNode::Table* table = parsed ? &*parsed : nullptr;
    while (table != nullptr && !name.empty()) {
        const auto step = name.substr(0, name.find('.'));
        name.remove_prefix(std::min(step.size() + 1, name.size()));
        const TomlNode* node = find(*table, step);
        table = node != nullptr ? std::get_if<TomlNode::Table>(&node->value) : nullptr;
    }
    if (table == nullptr) {
        return {};
    }
    std::vector<const TomlEntry*> tables;
    for (const TomlEntry& entry : *table) {
        if (std::holds_alternative<TomlNode::Table>(entry.node.value)) {
            tables.push_back(&entry);
        }
    }
    std::ranges::stable_sort(tables, {}, [](const TomlEntry* entry) { return first_line(*entry); });
    std::vector<std::string> names;
    std::ranges::transform(tables, std::back_inserter(names), &TomlEntry::name);
    return names;
}

Reading read(const Sections& sections, const Sources& sources) {
    const DotEnv dotenv = parse_dotenv(sources.dotenv_text, sources.dotenv_name);
    ReadingState state{.file_name = sources.file_name,
                       .layers = {{Mistake::Layer::DotEnv, sources.dotenv_name, dotenv.variables},
                                  {Mistake::Layer::Environment, "environment", sources.environment}},
                       .result = {}};
    Mistakes& mistakes = state.result.mistakes;
    append(mistakes, sources.mistakes);
    append(mistakes, dotenv.mistakes);

    const TomlNode::Table table = table_of(sources, mistakes);
    KnownTable known;
    describe_all(sections, state, table, known);
    append(mistakes, unknown_keys(table, known, sources.file_name));

    state.result.without_effect = names_without_effect(state.layers);
    mistakes = in_order(mistakes);
    return std::move(state.result);
}

}  // namespace repartee::config
