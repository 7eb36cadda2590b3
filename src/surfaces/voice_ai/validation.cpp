#include "surfaces/voice_ai/validation.h"

#include "base/utf8.h"
#include "net/multipart.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/stream_parser.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <regex>

namespace repartee::surfaces::voice_ai {

namespace json = boost::json;

namespace {

// What is shown again of what came; more is not worth its bytes.
constexpr std::size_t longest_input = 1024;

// --- issues ---

bool is_hidden(const json::object& schema) {
    return schema.contains("writeOnly");
}

// Of `anyOf`, the one that is not null.
const json::object& without_null(const json::object& schema) {
    const auto* choices = schema.if_contains("anyOf");
    if (choices == nullptr) {
        return schema;
    }
    return choices->as_array().front().as_object();
}

// What JSON has no word for, in whatever it stands.
void take_out_infinities(json::value& value) {
    if (value.is_double() && !std::isfinite(value.get_double())) {
        value = nullptr;
    } else if (auto* list = value.if_array()) {
        std::ranges::for_each(*list, take_out_infinities);
    } else if (auto* object = value.if_object()) {
        for (auto& [name, member] : *object) {
            take_out_infinities(member);
        }
    }
}

// As it may be shown again: not without end, and so that it is JSON.
json::value presentable(json::value input) {
    if (const auto* text = input.if_string()) {
        if (!is_utf8(*text)) {
            return nullptr;  // of a form or a query; there is no such thing in JSON
        }
        return text->size() <= longest_input
                   ? std::move(input)
                   : json::string(truncate_utf8(std::string_view(*text), longest_input));
    }
    take_out_infinities(input);
    if (input.is_structured() && json::serialize(input).size() > longest_input) {
        return nullptr;
    }
    return input;
}

json::value presentable(const json::object& schema, const json::value& input) {
    return is_hidden(schema) && !input.is_null() ? json::value("********") : presentable(input);
}

bool has_hidden_parts(const json::object& schema) {
    const auto* properties = schema.if_contains("properties");
    return properties != nullptr && std::ranges::any_of(properties->as_object(), [](const auto& property) {
               return is_hidden(without_null(property.value().as_object()));
           });
}

// A whole body, without what is secret in it: also under a name that was mistyped.
json::value presentable_body(const json::object& schema, const json::object& body) {
    auto shown = body;
    const auto* properties = schema.if_contains("properties");
    bool strangers_are_hidden = has_hidden_parts(schema);
    for (auto& [name, value] : shown) {
        const auto* property = properties != nullptr ? properties->as_object().if_contains(name) : nullptr;
        if (property == nullptr ? strangers_are_hidden : is_hidden(without_null(property->as_object()))) {
            value = "********";
        }
    }
    return presentable(json::value(std::move(shown)));
}

// What came in place of a body that should have been an object.
json::value presentable_in_place_of(const json::object& schema, const json::value& input) {
    return has_hidden_parts(schema) ? json::value(nullptr) : presentable(input);
}

struct Finding {
    std::string_view type;
    std::string message;
    json::object context = {};
};

void add(Issues& issues, const json::array& place, Finding finding, json::value input) {
    json::object issue{
        {"type", finding.type}, {"loc", place}, {"msg", finding.message}, {"input", std::move(input)}};
    if (!finding.context.empty()) {
        issue["ctx"] = std::move(finding.context);
    }
    issues.push_back(std::move(issue));
}

json::array below(json::array place, json::value step) {
    place.push_back(std::move(step));
    return place;
}

// --- single values ---

std::string_view plural(std::int64_t count) {
    return count == 1 ? "" : "s";
}

std::size_t characters_in(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); at += decode_utf8(text, at).length) {
        ++count;
    }
    return count;
}

std::optional<Finding> finding_in_text(const json::object& schema, std::string_view text) {
    if (!is_utf8(text)) {
        return Finding{"string_unicode",
                       "Input should be a valid string, unable to parse raw data as a unicode string"};
    }
    if (text.find('\0') != std::string_view::npos) {
        // No database keeps it.
        return Finding{"value_error", "Value error, a text cannot have a NUL in it"};
    }
    auto length = static_cast<std::int64_t>(characters_in(text));
    if (const auto* least = schema.if_contains("minLength");
        least != nullptr && length < least->to_number<std::int64_t>()) {
        auto limit = least->to_number<std::int64_t>();
        return Finding{"string_too_short",
                       fmt::format("String should have at least {} character{}", limit, plural(limit)),
                       {{"min_length", limit}}};
    }
    if (const auto* most = schema.if_contains("maxLength");
        most != nullptr && length > most->to_number<std::int64_t>()) {
        auto limit = most->to_number<std::int64_t>();
        return Finding{"string_too_long",
                       fmt::format("String should have at most {} character{}", limit, plural(limit)),
                       {{"max_length", limit}}};
    }
    if (const auto* pattern = schema.if_contains("pattern")) {
        std::string expression(pattern->as_string());
        // Only short texts have patterns: see their maxLength above.
        if (!std::regex_match(text.begin(), text.end(), std::regex(expression))) {
            return Finding{"string_pattern_mismatch",
                           fmt::format("String should match pattern '{}'", expression),
                           {{"pattern", expression}}};
        }
    }
    if (const auto* choices = schema.if_contains("enum")) {
        const auto& allowed = choices->as_array();
        if (std::ranges::find(allowed, json::value(json::string(text))) == allowed.end()) {
            std::string expected;
            for (std::size_t i = 0; i < allowed.size(); ++i) {
                expected += i == 0 ? "" : i + 1 == allowed.size() ? " or " : ", ";
                expected += "'" + std::string(allowed[i].as_string()) + "'";
            }
            return Finding{"literal_error", "Input should be " + expected, {{"expected", expected}}};
        }
    }
    return std::nullopt;
}

// "7", " -7 ", "7.0"; as pydantic has it.
std::optional<std::int64_t> integer_in(std::string_view text) {
    while (!text.empty() && text.front() == ' ') {
        text.remove_prefix(1);
    }
    while (!text.empty() && text.back() == ' ') {
        text.remove_suffix(1);
    }
    if (auto point = text.find('.'); point != std::string_view::npos && point + 1 < text.size() &&
                                     text.find_first_not_of('0', point + 1) == std::string_view::npos) {
        text = text.substr(0, point);
    }
    if (text.size() > 1 && text.front() == '+' && text[1] != '-') {
        text.remove_prefix(1);
    }
    std::int64_t number = 0;
    auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    return fault == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(number)
                                                                                     : std::nullopt;
}

constexpr std::string_view no_integer = "Input should be a valid integer";

std::optional<Finding> read_integer(const json::value& input, std::int64_t& number) {
    if (input.is_int64()) {
        number = input.get_int64();
    } else if (input.is_bool()) {
        number = input.get_bool() ? 1 : 0;
    } else if (const auto* text = input.if_string()) {
        auto read = integer_in(*text);
        if (!read) {
            return Finding{"int_parsing",
                           fmt::format("{}, unable to parse string as an integer", no_integer)};
        }
        number = *read;
    } else if (const auto* real = input.if_double()) {
        if (!std::isfinite(*real)) {
            return Finding{"finite_number", "Input should be a finite number"};
        }
        if (*real != std::floor(*real)) {
            return Finding{"int_from_float",
                           fmt::format("{}, got a number with a fractional part", no_integer)};
        }
        // The largest that a double can have exactly and an int64 as well.
        constexpr double beyond = 9'007'199'254'740'993.0;
        if (std::abs(*real) >= beyond) {
            return Finding{"int_parsing_size",
                           "Unable to parse input string as an integer, exceeded maximum size"};
        }
        number = static_cast<std::int64_t>(*real);
    } else if (input.is_uint64()) {
        return Finding{"int_parsing_size",
                       "Unable to parse input string as an integer, exceeded maximum size"};
    } else {
        return Finding{"int_type", std::string(no_integer)};
    }
    return std::nullopt;
}

std::optional<Finding> read_number(const json::value& input, double& number) {
    if (const auto* text = input.if_string()) {
        std::string_view digits(*text);
        auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (fault != std::errc() || end != digits.data() + digits.size() || digits.empty()) {
            return Finding{"float_parsing",
                           "Input should be a valid number, unable to parse string as a number"};
        }
    } else if (input.is_bool()) {
        number = input.get_bool() ? 1 : 0;
    } else if (input.is_number()) {
        number = input.to_number<double>();
    } else {
        return Finding{"float_type", "Input should be a valid number"};
    }
    if (!std::isfinite(number)) {
        return Finding{"finite_number", "Input should be a finite number"};
    }
    return std::nullopt;
}

template <class Number>
std::optional<Finding> out_of_range(const json::object& schema, Number number) {
    if (const auto* least = schema.if_contains("minimum");
        least != nullptr && number < least->to_number<Number>()) {
        auto limit = least->to_number<Number>();
        return Finding{"greater_than_equal",
                       fmt::format("Input should be greater than or equal to {}", limit),
                       {{"ge", limit}}};
    }
    if (const auto* most = schema.if_contains("maximum");
        most != nullptr && number > most->to_number<Number>()) {
        auto limit = most->to_number<Number>();
        return Finding{"less_than_equal",
                       fmt::format("Input should be less than or equal to {}", limit),
                       {{"le", limit}}};
    }
    return std::nullopt;
}

// --- what holds several ---

json::value checked_list(const json::object& schema, const json::value& input, const json::array& place,
                         Issues& issues) {
    const auto* items = input.if_array();
    if (items == nullptr) {
        add(issues, place, {"list_type", "Input should be a valid list"}, presentable(input));
        return nullptr;
    }
    auto count = static_cast<std::int64_t>(items->size());
    if (const auto* most = schema.if_contains("maxItems");
        most != nullptr && count > most->to_number<std::int64_t>()) {
        auto limit = most->to_number<std::int64_t>();
        add(issues, place,
            {"too_long",
             fmt::format("List should have at most {} item{} after validation, not {}", limit, plural(limit),
                         count),
             {{"field_type", "List"}, {"max_length", limit}, {"actual_length", count}}},
            presentable(input));
        return nullptr;
    }
    if (const auto* least = schema.if_contains("minItems");
        least != nullptr && count < least->to_number<std::int64_t>()) {
        auto limit = least->to_number<std::int64_t>();
        add(issues, place,
            {"too_short",
             fmt::format("List should have at least {} item{} after validation, not {}", limit, plural(limit),
                         count),
             {{"field_type", "List"}, {"min_length", limit}, {"actual_length", count}}},
            presentable(input));
        return nullptr;
    }
    json::array taken;
    for (std::size_t i = 0; i < items->size(); ++i) {
        taken.push_back(checked(schema.at("items").as_object(), (*items)[i], below(place, i), issues));
    }
    return taken;
}

// What is shown as the input of an issue with something that is not there.
using Shown = std::function<json::value()>;

// The properties that the schema names, in its order, and those of any name where it allows them.
json::object checked_object(const json::object& schema, const json::object& input, const json::array& place,
                            const Shown& shown, Issues& issues) {
    json::object taken;
    const auto* required = schema.if_contains("required");
    if (const auto* properties = schema.if_contains("properties")) {
        for (const auto& [name, described] : properties->as_object()) {
            const auto& property = described.as_object();
            if (const auto* value = input.if_contains(name)) {
                taken[name] = checked(property, *value, below(place, json::string(name)), issues);
            } else if (required != nullptr &&
                       std::ranges::find(required->as_array(), json::value(json::string(name))) !=
                           required->as_array().end()) {
                add(issues, below(place, json::string(name)), {"missing", "Field required"},
                    shown ? shown() : nullptr);
            } else if (const auto* usual = property.if_contains("default")) {
                taken[name] = *usual;
            }
        }
    }
    if (const auto* others = schema.if_contains("additionalProperties")) {
        if (const auto* most = schema.if_contains("maxProperties");
            most != nullptr && input.size() > most->to_number<std::size_t>()) {
            auto limit = most->to_number<std::int64_t>();
            add(issues, place,
                {"too_long",
                 fmt::format("Dictionary should have at most {} item{} after validation", limit,
                             plural(limit)),
                 {{"field_type", "Dictionary"}, {"max_length", limit}, {"actual_length", input.size()}}},
                nullptr);
            return taken;
        }
        for (const auto& [name, value] : input) {
            taken[name] = checked(others->as_object(), value, below(place, json::string(name)), issues);
        }
    }
    return taken;
}

// --- bodies ---

std::string media_type_of(const net::Request& request) {
    auto type = request.headers.get("Content-Type").value_or("");
    std::string name(type.substr(0, type.find(';')));
    while (!name.empty() && (name.back() == ' ' || name.back() == '\t')) {
        name.pop_back();
    }
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return name;
}

bool is_json(std::string_view media_type) {
    return media_type.empty() || media_type == "application/json" ||
           (media_type.starts_with("application/") && media_type.ends_with("+json"));
}

void read_json(const json::object& schema, const net::Request& request, Input& input) {
    const json::array whole{"body"};
    if (request.body.empty()) {
        add(input.issues, whole, {"missing", "Field required"}, nullptr);
        return;
    }
    if (!is_json(media_type_of(request))) {
        add(input.issues, whole,
            {"model_attributes_type", "Input should be a valid dictionary or object to extract fields from"},
            is_utf8(request.body) ? presentable_in_place_of(schema, json::string(request.body))
                                  : json::value(nullptr));
        return;
    }
    json::stream_parser parser;
    json::error_code fault;
    auto read = parser.write_some(request.body.data(), request.body.size(), fault);
    if (!fault && read < request.body.size() &&
        request.body.find_first_not_of(" \t\r\n", read) != std::string::npos) {
        fault = json::error::extra_data;
    }
    if (!fault) {
        parser.finish(fault);
    }
    if (fault) {
        add(input.issues, below(whole, read),
            {"json_invalid", "JSON decode error", {{"error", fault.message()}}}, json::object());
        return;
    }
    auto value = parser.release();
    const auto* body = value.if_object();
    if (body == nullptr) {
        add(input.issues, whole,
            {"model_attributes_type", "Input should be a valid dictionary or object to extract fields from"},
            presentable_in_place_of(schema, value));
        return;
    }
    auto shown = [&] { return presentable_body(schema, *body); };
    input.body = checked_object(schema, *body, whole, shown, input.issues);
}

// The fields of a form by name. An empty one is none, as FastAPI has it.
void read_form(const json::object& schema, const net::Request& request, Input& input) {
    auto type = media_type_of(request);
    json::object fields;
    auto take = [&](const std::string& name, std::string_view value) {
        if (!value.empty()) {
            fields[name] = value;
        }
    };
    if (type == "application/x-www-form-urlencoded") {
        net::Request form;
        form.query = request.body;
        for (const auto& [name, property] : schema.at("properties").as_object()) {
            take(name, form.parameter(name).value_or(""));
        }
    } else if (type == "multipart/form-data") {
        auto parts = net::parse_multipart(request.headers.get("Content-Type").value_or(""), request.body);
        if (!parts) {
            throw Failure(ErrorKind::Malformed, "There was an error parsing the body", parts.error().message);
        }
        for (const auto& [name, property] : schema.at("properties").as_object()) {
            if (const auto* part = net::part_named(*parts, name)) {
                take(name, part->content);
            }
        }
    }
    input.body = checked_object(schema, fields, {"body"}, nullptr, input.issues);
}

void read_parameters(const Operation& operation, const net::Request& request, Input& input) {
    for (const auto& parameter : operation.parameters) {
        bool in_path = parameter.in == Parameter::In::Path;
        auto text = in_path ? std::optional<std::string>(request.path_parameter(parameter.name))
                            : request.parameter(parameter.name);
        const json::array place{in_path ? "path" : "query", parameter.name};
        if (text) {
            input.parameters[parameter.name] =
                checked(parameter.schema, json::string(*text), place, input.issues);
        } else if (const auto* usual = parameter.schema.if_contains("default")) {
            input.parameters[parameter.name] = *usual;
        } else if (parameter.required) {
            add(input.issues, place, {"missing", "Field required"}, nullptr);
        }
    }
}

}  // namespace

json::value checked(const json::object& schema, const json::value& value, const json::array& place,
                    Issues& issues) {
    const auto& wanted = without_null(schema);
    if (&wanted != &schema && value.is_null()) {
        return value;
    }
    const auto& type = wanted.at("type").as_string();
    std::optional<Finding> finding;
    if (type == "array") {
        return checked_list(wanted, value, place, issues);
    }
    if (type == "object") {
        if (const auto* object = value.if_object()) {
            return checked_object(wanted, *object, place, nullptr, issues);
        }
        finding = Finding{"dict_type", "Input should be a valid dictionary"};
    } else if (type == "string") {
        const auto* text = value.if_string();
        finding = text == nullptr ? Finding{"string_type", "Input should be a valid string"}
                                  : finding_in_text(wanted, *text);
        if (!finding) {
            return value;
        }
    } else if (type == "integer") {
        std::int64_t number = 0;
        finding = read_integer(value, number);
        if (!finding) {
            finding = out_of_range(wanted, number);
        }
        if (!finding) {
            return number;
        }
    } else if (type == "number") {
        double number = 0;
        finding = read_number(value, number);
        if (!finding) {
            finding = out_of_range(wanted, number);
        }
        if (!finding) {
            return number;
        }
    }
    add(issues, place, std::move(*finding), presentable(wanted, value));
    return nullptr;
}

Input read_input(const Operation& operation, const net::Request& request) {
    Input input;
    read_parameters(operation, request, input);
    if (operation.body) {
        const auto& schema = components().at(operation.body->schema).as_object();
        if (is_json(operation.body->media_types.front())) {
            read_json(schema, request, input);
        } else {
            read_form(schema, request, input);
        }
    }
    return input;
}

Issues issue_with(std::string_view message, json::array place) {
    Issues issues;
    add(issues, place, {"value_error", "Value error, " + std::string(message)}, nullptr);
    return issues;
}

net::Response unprocessable(const net::Request& request, const Issues& issues) {
    std::string message = "What came makes no sense.";
    if (!issues.empty()) {
        message = issues.front().at("msg").as_string();
    }
    json::object body{{"detail", issues},
                      {"code", name_of(ErrorKind::Unprocessable)},
                      {"message", message},
                      {"request_id", request.id}};
    return net::json_response(net::status_of(ErrorKind::Unprocessable), json::serialize(body));
}

}  // namespace repartee::surfaces::voice_ai
