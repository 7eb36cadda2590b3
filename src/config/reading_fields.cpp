#include "config/reading_fields.h"

#include "base/utf8.h"
#include "config/field_value.h"
#include "config/nearest_name.h"
#include "config/variable_names.h"

#include <fmt/format.h>

namespace repartee::config {

namespace {

// What stands in the file, as a mistake may tell it.
struct Told {
    bool secret = false;

    std::string operator()(bool value) const { return secret ? "a boolean" : value ? "true" : "false"; }
    std::string operator()(std::int64_t value) const {
        return secret ? "a number" : fmt::format("{}", value);
    }
    std::string operator()(double value) const { return secret ? "a number" : number_text(value); }
    std::string operator()(const std::string& value) const {
        return secret ? "a text" : fmt::format("\"{}\"", presentable(value));
    }
    std::string operator()(const TomlDate&) const { return "a date or time"; }
    std::string operator()(const TomlNode::Array& array) const {
        if (secret) {
            return "a list";
        }
        std::string elements;
        for (const TomlNode& element : array) {
            elements += (elements.empty() ? "" : ", ") + std::visit(*this, element.value);
        }
        return "[" + presentable(elements) + "]";
    }
    std::string operator()(const TomlNode::Table&) const { return "a table"; }
};

// For a text that is nearly one of the choices.
std::string suggestion(std::string_view text, const FieldAbout& about) {
    const std::vector<std::string> choices(about.choices.begin(), about.choices.end());
    const std::string nearest = nearest_name(text, choices);
    return nearest.empty() ? "" : fmt::format("; did you mean {}?", in_quotes(nearest));
}

std::string wrong_value(const std::string& found, const std::string& allowed, const std::string& suggested) {
    return fmt::format("found {}; it must be {}{}", found, allowed, suggested);
}

}  // namespace

template <class T>
void ReadingFields::read(std::string_view name, T& value, const FieldAbout& about) {
    known_.fields.emplace_back(name);
    const std::string path = path_ + std::string(name);
    read_file(path, name, value, about);
    for (const VariableLayer& layer : state_.layers) {
        read_layer(layer, path, value, about);
    }
}

template <class T>
void ReadingFields::read_file(const std::string& path, std::string_view name, T& value,
                              const FieldAbout& about) {
    const TomlNode* node = table_ != nullptr ? find(*table_, name) : nullptr;
    if (node == nullptr) {
        return;
    }
    std::optional<T> read = FieldValue<T>::from_node(*node, about);
    if (read) {
        value = std::move(*read);
        state_.result.origins[path] = fmt::format("{}:{}", state_.file_name, node->at.line);
        return;
    }
    const std::string* text = std::get_if<std::string>(&node->value);
    state_.result.mistakes.push_back(
        {.layer = Mistake::Layer::File,
         .source = state_.file_name,
         .line = node->at.line,
         .column = node->at.column,
         .subject = path,
         .message = wrong_value(std::visit(Told{.secret = std::is_same_v<T, Secret>}, node->value),
                                FieldValue<T>::allowed(about, Written::InFile),
                                text != nullptr ? suggestion(*text, about) : "")});
}

template <class T>
void ReadingFields::read_layer(const VariableLayer& layer, const std::string& path, T& value,
                               const FieldAbout& about) {
    // A field with several names: the first that is set counts.
    for (const std::string_view name : variable_names(about)) {
        const Variable* variable = layer.variables.find(name);
        if (variable == nullptr ||
            (trimmed(variable->value).empty() && !FieldValue<T>::may_be_empty(about))) {
            continue;
        }
        const bool readable = is_utf8(variable->value);
        std::optional<T> read =
            readable ? FieldValue<T>::from_variable(variable->value, about) : std::nullopt;
        if (read) {
            value = std::move(*read);
            state_.result.origins[path] =
                variable->line > 0 ? fmt::format("{} in {}:{}", variable->name, layer.source, variable->line)
                                   : fmt::format("{} in the {}", variable->name, layer.source);
            return;
        }
        state_.result.mistakes.push_back(
            {.layer = layer.layer,
             .source = layer.source,
             .line = variable->line,
             .subject = variable->name,
             .message = wrong_value(
                 readable ? fmt::format("\"{}\"", presentable(variable->value)) : "bytes that are not UTF-8",
                 FieldValue<T>::allowed(about, Written::InVariable),
                 suggestion(trimmed(variable->value), about))});
        return;
    }
}

void ReadingFields::field(std::string_view name, bool& value, const FieldAbout& about) {
    read(name, value, about);
}

void ReadingFields::field(std::string_view name, std::int64_t& value, const FieldAbout& about) {
    read(name, value, about);
}

void ReadingFields::field(std::string_view name, double& value, const FieldAbout& about) {
    read(name, value, about);
}

void ReadingFields::field(std::string_view name, std::string& value, const FieldAbout& about) {
    read(name, value, about);
}

void ReadingFields::field(std::string_view name, Secret& value, const FieldAbout& about) {
    read(name, value, about);
}

void ReadingFields::field(std::string_view name, std::vector<std::string>& value, const FieldAbout& about) {
    read(name, value, about);
}

void ReadingFields::field(std::string_view name, std::chrono::milliseconds& value, const FieldAbout& about) {
    read(name, value, about);
}

void ReadingFields::section(std::string_view name, std::string_view help,
                            const std::function<void(Fields&)>& contents) {
    const std::size_t dot = name.find('.');
    const std::string first(name.substr(0, dot));
    const TomlNode* node = table_ != nullptr ? find(*table_, first) : nullptr;
    // Something else than a table of that name is told with the unknown keys.
    const TomlNode::Table* table = node != nullptr ? std::get_if<TomlNode::Table>(&node->value) : nullptr;
    ReadingFields below(state_, path_ + first + ".", table, known_.tables[first]);
    if (dot == std::string_view::npos) {
        contents(below);
    } else {
        below.section(name.substr(dot + 1), help, contents);
    }
}

}  // namespace repartee::config
