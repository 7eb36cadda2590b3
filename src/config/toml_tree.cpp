#include "config/toml_tree.h"

#include "config/mistake.h"

#include <toml++/toml.h>

#include <algorithm>
#include <utility>

namespace repartee::config {

namespace {

// A settings file has a few kilobytes. What is larger is some other file, named by accident.
constexpr std::size_t largest_text = std::size_t{1024} * 1024;

// Deeper than any setting could lie. Tables are built, walked and destroyed by recursion.
constexpr int deepest = 64;

// The library limits how deep values nest, not how many tables a dotted key makes: "a.a.a.a = 1" with a
// megabyte of dots would overrun the stack when the tables are destroyed.
constexpr int most_dots_in_a_key = 32;

TomlMistake mistake_at(TomlPosition at, std::string message) {
    return {.at = at, .message = std::move(message)};
}

TomlPosition position_of(const toml::source_position& position) {
    return {static_cast<int>(position.line), static_cast<int>(position.column)};
}

// Behind the string that begins at `at`. An unclosed one ends with the text; the library will say so.
std::size_t skip_string(std::string_view text, std::size_t at) {
    const std::string_view quote = text.substr(at, 1);
    const std::string triple(3, quote.front());
    const bool multi_line = text.substr(at).starts_with(triple);
    const std::string_view closing = multi_line ? std::string_view(triple) : quote;
    at += closing.size();
    while (at < text.size() && !text.substr(at).starts_with(closing)) {
        if (!multi_line && text[at] == '\n') {
            return at;
        }
        at += text[at] == '\\' && quote == "\"" ? 2 : 1;
    }
    at = std::min(at + closing.size(), text.size());
    // Up to two more quotes belong to the text: """"quoted"""".
    for (int extra = 0; multi_line && extra < 2 && text.substr(at).starts_with(quote); ++extra) {
        ++at;
    }
    return at;
}

bool has_overlong_key(std::string_view text) {
    int dots = 0;
    for (std::size_t at = 0; at < text.size();) {
        switch (text[at]) {
            case '"':
            case '\'': at = skip_string(text, at); continue;
            case '#': at = std::min(text.find('\n', at), text.size()); continue;
            case '.':
                if (++dots > most_dots_in_a_key) {
                    return true;
                }
                break;
            case '=':
            case ',':
            case '[':
            case ']':
            case '{':
            case '}':
            case '\n': dots = 0; break;
            default: break;
        }
        ++at;
    }
    return false;
}

std::string explain(std::string_view description) {
    std::string told(description);
    // These two quote the number, which may be half of a key that somebody forgot to put into quotes.
    if (told.find("representable") != std::string::npos || told.find("interpret") != std::string::npos) {
        told = "a number that is too large or malformed";
    } else if (told.find("could not determine value type") != std::string::npos) {
        told = "no value begins like this; texts need quotes";
    }
    return "this cannot be read as TOML: " + presentable(told, 200);
}

// Nothing when the values nest too deeply.
std::optional<TomlNode> copy_of(const toml::node& node, int depth);

std::optional<TomlNode::Table> copy_of(const toml::table& table, int depth) {
    TomlNode::Table entries;
    for (const auto& [key, node] : table) {
        std::optional<TomlNode> copy = copy_of(node, depth + 1);
        if (!copy) {
            return {};
        }
        entries.push_back({.name = std::string(key.str()),
                           .at = position_of(key.source().begin),
                           .node = std::move(*copy)});
    }
    std::ranges::sort(entries, {}, &TomlEntry::name);
    return entries;
}

std::optional<TomlNode::Array> copy_of(const toml::array& array, int depth) {
    TomlNode::Array elements;
    for (const toml::node& node : array) {
        std::optional<TomlNode> copy = copy_of(node, depth + 1);
        if (!copy) {
            return {};
        }
        elements.push_back(std::move(*copy));
    }
    return elements;
}

std::optional<TomlNode> copy_of(const toml::node& node, int depth) {
    if (depth > deepest) {
        return {};
    }
    TomlNode copy{.value = TomlDate(), .at = position_of(node.source().begin)};
    switch (node.type()) {
        case toml::node_type::boolean: copy.value = node.as_boolean()->get(); break;
        case toml::node_type::integer: copy.value = node.as_integer()->get(); break;
        case toml::node_type::floating_point: copy.value = node.as_floating_point()->get(); break;
        case toml::node_type::string: copy.value = node.as_string()->get(); break;
        case toml::node_type::array: {
            std::optional<TomlNode::Array> elements = copy_of(*node.as_array(), depth);
            if (!elements) {
                return {};
            }
            copy.value = std::move(*elements);
            break;
        }
        case toml::node_type::table: {
            std::optional<TomlNode::Table> entries = copy_of(*node.as_table(), depth);
            if (!entries) {
                return {};
            }
            copy.value = std::move(*entries);
            break;
        }
        default: break;  // dates and times
    }
    return copy;
}

}  // namespace

const TomlNode* find(const TomlNode::Table& table, std::string_view name) {
    const auto found = std::ranges::lower_bound(table, name, {}, &TomlEntry::name);
    return found != table.end() && found->name == name ? &found->node : nullptr;
}

boost::system::result<TomlNode::Table, TomlMistake> parse_toml(std::string_view text) {
    if (text.size() > largest_text) {
        return mistake_at({}, "this file is larger than 1 MiB, so it can hardly be a settings file");
    }
    if (has_overlong_key(text)) {
        return mistake_at({}, "a key in this file has too many dots");
    }
    try {
        std::optional<TomlNode::Table> entries = copy_of(toml::parse(text), 0);
        if (!entries) {
            return mistake_at({}, "values in this file are nested too deeply");
        }
        return std::move(*entries);
    } catch (const toml::parse_error& error) {
        return mistake_at(position_of(error.source().begin), explain(error.description()));
    }
}

}  // namespace repartee::config
