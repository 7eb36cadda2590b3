// What a value of each type may be: in the settings file, in a variable, in words.
//
// FieldValue<T> exists for each type that Fields knows, and has
//
//     type                        for the documentation: "whole number"
//     from_node, from_variable    the value, or nothing when what was found is not what `allowed` says;
//                                 variables are UTF-8, and blanks around them only count in a text
//     may_be_empty                whether NAME= sets the field to nothing. Else it is as if NAME were not
//                                 there, which is how people and container tools leave a number out
//     allowed                     completes "it must be": "a whole number from 1 to 65535"
//     limits                      the same for a table: "1 to 65535"; empty when every value will do
//     as_toml                     the value as the settings file would say it; stars for secrets
#pragma once

#include "base/fields.h"
#include "config/limits.h"
#include "config/toml_tree.h"
#include "config/value_text.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::config {

enum class Written { InFile, InVariable };

template <class T>
struct FieldValue;

template <>
struct FieldValue<bool> {
    static constexpr std::string_view type = "boolean";

    static std::optional<bool> from_node(const TomlNode& node, const FieldAbout&) {
        const bool* value = std::get_if<bool>(&node.value);
        return value != nullptr ? std::optional(*value) : std::nullopt;
    }
    static std::optional<bool> from_variable(std::string_view text, const FieldAbout&) {
        return boolean_from(text);
    }
    static bool may_be_empty(const FieldAbout&) { return false; }
    static std::string allowed(const FieldAbout&, Written where) {
        return where == Written::InFile ? "true or false" : "true or false, yes or no, on or off, 1 or 0";
    }
    static std::string limits(const FieldAbout&) { return ""; }
    static std::string as_toml(bool value) { return value ? "true" : "false"; }
};

template <>
struct FieldValue<std::int64_t> {
    static constexpr std::string_view type = "whole number";

    static std::optional<std::int64_t> from_node(const TomlNode& node, const FieldAbout& about) {
        const std::int64_t* value = std::get_if<std::int64_t>(&node.value);
        return value != nullptr ? if_within_range(std::optional(*value), about) : std::nullopt;
    }
    static std::optional<std::int64_t> from_variable(std::string_view text, const FieldAbout& about) {
        return if_within_range(whole_number_from(text), about);
    }
    static bool may_be_empty(const FieldAbout&) { return false; }
    static std::string allowed(const FieldAbout& about, Written) {
        return with_range("a whole number", number_range(about));
    }
    static std::string limits(const FieldAbout& about) { return number_range(about); }
    static std::string as_toml(std::int64_t value) { return fmt::format("{}", value); }
};

template <>
struct FieldValue<double> {
    static constexpr std::string_view type = "number";

    static std::optional<double> from_node(const TomlNode& node, const FieldAbout& about) {
        if (const std::int64_t* whole = std::get_if<std::int64_t>(&node.value)) {
            return if_within_range(std::optional(static_cast<double>(*whole)), about);
        }
        const double* value = std::get_if<double>(&node.value);
        const bool finite = value != nullptr && std::isfinite(*value);
        return finite ? if_within_range(std::optional(*value), about) : std::nullopt;
    }
    static std::optional<double> from_variable(std::string_view text, const FieldAbout& about) {
        return if_within_range(number_from(text), about);
    }
    static bool may_be_empty(const FieldAbout&) { return false; }
    static std::string allowed(const FieldAbout& about, Written) {
        return with_range("a number", number_range(about));
    }
    static std::string limits(const FieldAbout& about) { return number_range(about); }
    static std::string as_toml(double value) { return number_text(value); }
};

template <>
struct FieldValue<std::chrono::milliseconds> {
    using Milliseconds = std::chrono::milliseconds;
    static constexpr std::string_view type = "duration";

    static std::optional<Milliseconds> from_node(const TomlNode& node, const FieldAbout& about) {
        constexpr Milliseconds unit(1);
        std::optional<Milliseconds> value;
        if (const std::int64_t* whole = std::get_if<std::int64_t>(&node.value)) {
            value = duration_from(static_cast<double>(*whole), unit);
        } else if (const double* number = std::get_if<double>(&node.value)) {
            value = duration_from(*number, unit);
        } else if (const std::string* text = std::get_if<std::string>(&node.value)) {
            value = duration_from(*text, unit);
        }
        return if_within_range(value, about);
    }
    static std::optional<Milliseconds> from_variable(std::string_view text, const FieldAbout& about) {
        return if_within_range(duration_from(text, about.environment_unit), about);
    }
    static bool may_be_empty(const FieldAbout&) { return false; }
    static std::string allowed(const FieldAbout& about, Written where) {
        const std::string form =
            where == Written::InFile
                ? R"(a duration such as "250ms", "1.5s" or "2min" or a number of milliseconds)"
                : "a duration such as 250ms, 1.5s or 2min or a number of " +
                      unit_name(about.environment_unit);
        return with_range(form, duration_range(about));
    }
    static std::string limits(const FieldAbout& about) { return duration_range(about); }
    static std::string as_toml(Milliseconds value) { return in_quotes(duration_text(value)); }
};

template <>
struct FieldValue<std::string> {
    static constexpr std::string_view type = "text";

    static std::optional<std::string> from_node(const TomlNode& node, const FieldAbout& about) {
        const std::string* text = std::get_if<std::string>(&node.value);
        return text != nullptr ? if_chosen(*text, about) : std::nullopt;
    }
    static std::optional<std::string> from_variable(std::string_view text, const FieldAbout& about) {
        return if_chosen(about.choices.empty() ? text : trimmed(text), about);
    }
    static bool may_be_empty(const FieldAbout& about) { return if_chosen("", about).has_value(); }
    static std::string allowed(const FieldAbout& about, Written where) {
        if (!about.choices.empty()) {
            return (about.choices.size() == 1 ? "" : "one of ") + choices_text(about);
        }
        return where == Written::InFile ? "a text in quotes" : "text in UTF-8";
    }
    static std::string limits(const FieldAbout& about) { return choices_text(about); }
    static std::string as_toml(const std::string& value) { return in_quotes(value); }
};

template <>
struct FieldValue<Secret> {
    static constexpr std::string_view type = "secret";

    static std::optional<Secret> from_node(const TomlNode& node, const FieldAbout&) {
        const std::string* text = std::get_if<std::string>(&node.value);
        return text != nullptr ? std::optional(Secret(*text)) : std::nullopt;
    }
    static std::optional<Secret> from_variable(std::string_view text, const FieldAbout&) {
        return Secret(std::string(text));
    }
    static bool may_be_empty(const FieldAbout&) { return true; }
    static std::string allowed(const FieldAbout&, Written where) {
        return where == Written::InFile ? "a text in quotes" : "text in UTF-8";
    }
    static std::string limits(const FieldAbout&) { return ""; }
    static std::string as_toml(const Secret& value) { return value.empty() ? "\"\"" : "\"********\""; }
};

template <>
struct FieldValue<std::vector<std::string>> {
    using Texts = std::vector<std::string>;
    static constexpr std::string_view type = "list of texts";

    static std::optional<Texts> from_node(const TomlNode& node, const FieldAbout& about) {
        const TomlNode::Array* elements = std::get_if<TomlNode::Array>(&node.value);
        if (elements == nullptr) {
            return {};
        }
        Texts texts;
        for (const TomlNode& element : *elements) {
            const std::string* text = std::get_if<std::string>(&element.value);
            if (text == nullptr) {
                return {};
            }
            texts.push_back(*text);
        }
        return if_all_chosen(std::move(texts), about);
    }
    static std::optional<Texts> from_variable(std::string_view text, const FieldAbout& about) {
        std::optional<Texts> texts = list_from(text);
        return texts ? if_all_chosen(std::move(*texts), about) : std::nullopt;
    }
    static bool may_be_empty(const FieldAbout&) { return false; }
    static std::string allowed(const FieldAbout& about, Written where) {
        const std::string form = where == Written::InFile
                                     ? R"(a list of texts such as ["a", "b"])"
                                     : R"(a JSON list such as ["a", "b"] or words with commas between)";
        return about.choices.empty() ? form : form + ", each one of " + choices_text(about);
    }
    static std::string limits(const FieldAbout& about) { return choices_text(about); }
    static std::string as_toml(const Texts& value) {
        std::string written = "[";
        for (const std::string& text : value) {
            written += (written.size() == 1 ? "" : ", ") + in_quotes(text);
        }
        return written + "]";
    }
};

}  // namespace repartee::config
