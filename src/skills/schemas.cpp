// Checks what a model asks for against what a skill takes.
//
// The part of JSON Schema that skills and tools use: type, enum, const, properties, required,
// additionalProperties, items, anyOf, oneOf, allOf, bounds of numbers, lengths of texts and lists. Other
// keywords are notes to the model; a tool of somebody else's checks them itself. References are in place
// already (mcp/client/tool_schema.h).
#include "skills/skill.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace repartee::skills {

namespace json = boost::json;

namespace {

// Speaks to the model, which may correct itself.
Error unfit(std::string message) {
    return {ErrorKind::Unprocessable, std::move(message), {}};
}

std::string in_words(const std::string& path) {
    return "'" + path + "'";
}

std::string path_to(const std::string& object, std::string_view key) {
    return object.empty() ? std::string(key) : object + "." + std::string(key);
}

std::optional<double> number_in(std::string_view text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number)) {
        return std::nullopt;
    }
    return number;
}

// Beyond this a double no longer holds every whole number.
constexpr double largest_whole = 9007199254740992.0;

bool is_whole(double number) {
    return std::trunc(number) == number && std::abs(number) <= largest_whole;
}

// Small models quote their numbers ("5"), leave quotes off texts (5) and write whole numbers as
// 5.0. What they mean is plain, so `value` is brought to the type asked for. False when it cannot be.
bool bring_to_type(std::string_view type, json::value& value) {
    if (type == "string") {
        if (value.is_number()) {
            value = json::serialize(value);
        }
        return value.is_string();
    }
    if (type == "number" || type == "integer") {
        if (const auto* text = value.if_string()) {
            const auto number = number_in(*text);
            if (!number) {
                return false;
            }
            value = *number;
        }
        if (const auto* number = value.if_double(); number && is_whole(*number)) {
            value = static_cast<std::int64_t>(*number);
        }
        return type == "integer" ? value.is_int64() || value.is_uint64() : value.is_number();
    }
    if (type == "boolean") {
        if (const auto* text = value.if_string(); text && (*text == "true" || *text == "false")) {
            value = *text == "true";
        }
        return value.is_bool();
    }
    if (type == "object") {
        return value.is_object();
    }
    if (type == "array") {
        return value.is_array();
    }
    return type != "null" || value.is_null();
}

std::optional<double> bound(const json::object& schema, std::string_view keyword) {
    const auto* value = schema.if_contains(keyword);
    return value && value->is_number() ? std::optional(value->to_number<double>()) : std::nullopt;
}

// Characters, not bytes: UTF-8 continuation bytes do not count.
std::size_t length_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

Result<void> check(const json::object& schema, json::value& value, const std::string& path,
                   std::size_t depth);

// Arguments are nested no deeper: no tool asks for it, and a model that has lost its way does not stop by
// itself.
constexpr std::size_t deepest_arguments = 16;
// Of all of them, as JSON, in bytes.
constexpr std::size_t largest_arguments = std::size_t{64} << 10;

Result<void> check_range(const json::object& schema, const json::value& value, const std::string& path) {
    std::string_view least_keyword = "minimum";
    std::string_view most_keyword = "maximum";
    double measure = 0;
    if (value.is_number()) {
        measure = value.to_number<double>();
    } else if (const auto* text = value.if_string()) {
        least_keyword = "minLength";
        most_keyword = "maxLength";
        measure = static_cast<double>(length_of(*text));
    } else if (const auto* array = value.if_array()) {
        least_keyword = "minItems";
        most_keyword = "maxItems";
        measure = static_cast<double>(array->size());
    } else {
        return {};
    }
    const std::string_view unit = value.is_string() ? " characters" : value.is_array() ? " items" : "";
    if (const auto least = bound(schema, "exclusiveMinimum");
        least && value.is_number() && measure <= *least) {
        return unfit(fmt::format("{} must be more than {}", in_words(path), *least));
    }
    if (const auto most = bound(schema, "exclusiveMaximum"); most && value.is_number() && measure >= *most) {
        return unfit(fmt::format("{} must be less than {}", in_words(path), *most));
    }
    if (const auto least = bound(schema, least_keyword); least && measure < *least) {
        return unfit(fmt::format("{} must be at least {}{}", in_words(path), *least, unit));
    }
    if (const auto most = bound(schema, most_keyword); most && measure > *most) {
        return unfit(fmt::format("{} must be at most {}{}", in_words(path), *most, unit));
    }
    return {};
}

// Whether null is a value by this schema, and not only what some models write for nothing.
bool means_null(const json::value& schema) {
    const auto* object = schema.if_object();
    if (!object) {
        return false;
    }
    if (const auto* type = object->if_contains("type")) {
        const auto* types = type->if_array();
        return *type == json::value("null") ||
               (types && std::ranges::find(*types, json::value("null")) != types->end());
    }
    for (std::string_view keyword : {"anyOf", "oneOf"}) {
        const auto* choices = object->if_contains(keyword);
        if (choices && choices->is_array() && std::ranges::any_of(choices->get_array(), means_null)) {
            return true;
        }
    }
    return false;
}

bool is_required(const json::object& schema, std::string_view key) {
    const auto* required = schema.if_contains("required");
    return required && required->is_array() &&
           std::ranges::find(required->get_array(), json::value(key)) != required->get_array().end();
}

Result<void> check_object(const json::object& schema, json::object& object, const std::string& path,
                          std::size_t depth) {
    const auto* listed = schema.if_contains("properties");
    const auto* properties = listed ? listed->if_object() : nullptr;
    const auto* additional = schema.if_contains("additionalProperties");
    const bool keeps_unknown = additional && !(additional->is_bool() && !additional->get_bool());

    json::object cleaned;
    for (auto& [key, value] : object) {
        const auto* described = properties ? properties->if_contains(key) : nullptr;
        if (!described && !keeps_unknown) {
            continue;
        }
        // Many models write null for what they leave out.
        if (described && value.is_null() && !(means_null(*described) && is_required(schema, key))) {
            continue;
        }
        const auto* by = described ? described : additional;
        if (const auto* property = by->if_object()) {
            if (auto checked = check(*property, value, path_to(path, key), depth + 1); !checked) {
                return checked;
            }
        }
        cleaned[key] = std::move(value);
    }
    if (const auto* required = schema.if_contains("required"); required && required->is_array()) {
        for (const auto& key : required->get_array()) {
            if (key.is_string() && !cleaned.contains(key.get_string())) {
                return unfit(fmt::format("{} is missing", in_words(path_to(path, key.get_string()))));
            }
        }
    }
    object = std::move(cleaned);
    return {};
}

Result<void> check_type(const json::value& wanted, json::value& value, const std::string& path) {
    if (const auto* type = wanted.if_string()) {
        if (!bring_to_type(*type, value)) {
            return unfit(fmt::format("{} must be of type {}", in_words(path), std::string_view(*type)));
        }
        return {};
    }
    const auto* types = wanted.if_array();
    if (!types) {
        return {};
    }
    const bool fits = std::ranges::any_of(*types, [&](const json::value& type) {
        return type.is_string() && bring_to_type(type.get_string(), value);
    });
    if (!fits) {
        return unfit(fmt::format("{} must be one of the types {}", in_words(path), json::serialize(*types)));
    }
    return {};
}

// One of several schemas, or all of them. Each sees the value as it came.
Result<void> check_choices(const json::object& schema, json::value& value, const std::string& path,
                           std::size_t depth) {
    for (std::string_view keyword : {"anyOf", "oneOf"}) {
        const auto* choices = schema.if_contains(keyword);
        if (!choices || !choices->is_array() || choices->get_array().empty()) {
            continue;
        }
        Result<void> last = unfit(fmt::format("{} is none of the kinds that are possible", in_words(path)));
        std::optional<json::value> fitting;
        for (const auto& choice : choices->get_array()) {
            auto tried = value;
            const auto* object = choice.if_object();
            last = object ? check(*object, tried, path, depth) : Result<void>();
            if (last) {
                // What fits without being mended fits best: 5 is a number before it is the text "5".
                bool as_it_was = tried == value;
                if (as_it_was || !fitting) {
                    fitting = std::move(tried);
                }
                if (as_it_was) {
                    break;
                }
            }
        }
        if (!fitting) {
            return last;
        }
        value = std::move(*fitting);
    }
    const auto* all = schema.if_contains("allOf");
    if (all && all->is_array()) {
        for (const auto& each : all->get_array()) {
            // What one of them does not know another may, so nothing is dropped.
            auto tried = value;
            const auto* object = each.if_object();
            if (auto checked = object ? check(*object, tried, path, depth) : Result<void>(); !checked) {
                return checked;
            }
        }
    }
    return {};
}

Result<void> check(const json::object& schema, json::value& value, const std::string& path,
                   std::size_t depth) {
    if (depth > deepest_arguments) {
        return unfit(fmt::format("{} is nested too deeply", in_words(path)));
    }
    if (const auto* wanted = schema.if_contains("type")) {
        if (auto checked = check_type(*wanted, value, path); !checked) {
            return checked;
        }
    }
    if (const auto* choices = schema.if_contains("enum"); choices && choices->is_array()) {
        if (std::ranges::find(choices->get_array(), value) == choices->get_array().end()) {
            return unfit(fmt::format("{} must be one of {}", in_words(path), json::serialize(*choices)));
        }
    }
    if (const auto* only = schema.if_contains("const"); only && *only != value) {
        return unfit(fmt::format("{} must be {}", in_words(path), json::serialize(*only)));
    }
    if (auto checked = check_range(schema, value, path); !checked) {
        return checked;
    }
    if (auto checked = check_choices(schema, value, path, depth); !checked) {
        return checked;
    }
    if (auto* object = value.if_object(); object && schema.contains("properties")) {
        return check_object(schema, *object, path, depth);
    }
    if (auto* array = value.if_array()) {
        const auto* items = schema.if_contains("items");
        if (const auto* item_schema = items ? items->if_object() : nullptr) {
            for (auto& item : *array) {
                if (auto checked = check(*item_schema, item, path + "[]", depth + 1); !checked) {
                    return checked;
                }
            }
        }
    }
    return {};
}

}  // namespace

Result<json::object> check_arguments(const SkillSchema& schema, json::object arguments) {
    if (auto checked = check_object(schema.parameters, arguments, {}, 0); !checked) {
        return checked.error();
    }
    if (json::serialize(arguments).size() > largest_arguments) {
        return unfit("that is too much at once");
    }
    return arguments;
}

}  // namespace repartee::skills
