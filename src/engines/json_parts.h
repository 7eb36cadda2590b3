// Parts of JSON that comes from outside, each absent when it is not there or not what it should be. For
// the wires of the engines over the network. Pure; nothing throws.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <limits>
#include <optional>
#include <string_view>

namespace repartee::engines {

// Nothing for what is no JSON object. Invalid UTF-8 is let through: WholeCharacters deals with it.
inline std::optional<boost::json::object> object_in(std::string_view text) {
    boost::json::parse_options options;
    options.allow_invalid_utf8 = true;
    boost::json::error_code wrong;
    auto value = boost::json::parse(boost::json::string_view(text.data(), text.size()), wrong, {}, options);
    if (wrong || !value.is_object()) {
        return std::nullopt;
    }
    return std::move(value.get_object());
}

// Empty when absent.
inline std::string_view text_at(const boost::json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    const auto* text = value ? value->if_string() : nullptr;
    return text ? std::string_view(text->data(), text->size()) : std::string_view();
}

// Null when absent.
inline const boost::json::object* object_at(const boost::json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value ? value->if_object() : nullptr;
}

// Null when absent.
inline const boost::json::array* array_at(const boost::json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value ? value->if_array() : nullptr;
}

// 0 when absent, or no sensible count.
inline int count_at(const boost::json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    const auto* count = value ? value->if_int64() : nullptr;
    return count && *count > 0 && *count <= std::numeric_limits<int>::max() ? static_cast<int>(*count) : 0;
}

// False when absent.
inline bool flag_at(const boost::json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value && value->is_bool() && value->get_bool();
}

// Any number, whole or not.
inline std::optional<double> number_at(const boost::json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    boost::json::error_code wrong;
    auto number = value && value->is_number() ? value->to_number<double>(wrong) : 0;
    return value && value->is_number() && !wrong ? std::optional(number) : std::nullopt;
}

}  // namespace repartee::engines
