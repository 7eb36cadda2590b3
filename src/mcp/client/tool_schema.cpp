#include "mcp/client/tool_schema.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace repartee::mcp::client {

namespace json = boost::json;

namespace {

constexpr auto for_machines = std::to_array<std::string_view>(
    {"$schema", "$id", "$anchor", "$comment", "$defs", "definitions", "x-mcp-header"});

// "#/$defs/place/properties/name". It is looked up again wherever it stands.
constexpr std::size_t longest_reference = 512;  // bytes

Error cannot_be_carried(std::string message) {
    return {ErrorKind::Unprocessable, std::move(message), {}};
}

// Puts references in place, with an eye on how large it all becomes.
class Flattening {
public:
    explicit Flattening(const json::object& whole) : whole_(whole) {}

    Result<json::value> flat(const json::value& value, std::size_t depth) {
        if (depth > deepest_schema) {
            return cannot_be_carried("its schema is nested too deeply");
        }
        // What is empty counts, too: a few lists of references to lists of references become billions of
        // them.
        size_ += value.is_string() ? value.get_string().size() : value.is_structured() ? 2 : 4;
        if (size_ > largest_schema) {
            return cannot_be_carried("its schema is too large");
        }
        if (const auto* object = value.if_object()) {
            return flat_schema(*object, depth);
        }
        if (const auto* array = value.if_array()) {
            json::array copied;
            for (const auto& each : *array) {
                auto copy = flat(each, depth + 1);
                if (!copy) {
                    return copy.error();
                }
                copied.push_back(std::move(*copy));
            }
            return json::value(std::move(copied));
        }
        return value;
    }

private:
    Result<json::value> flat_schema(const json::object& object, std::size_t depth) {
        if (const auto* reference = object.if_contains("$ref"); reference && reference->is_string()) {
            return followed(std::string(reference->get_string()), object, depth);
        }
        json::object copied;
        for (const auto& [key, value] : object) {
            bool left_out = std::ranges::find(for_machines, std::string_view(key)) != for_machines.end();
            // In `properties` the keys are names of arguments, and none of them is left out.
            if (left_out && !names_arguments_) {
                continue;
            }
            auto copy = flat_member(key, value, depth);
            if (!copy) {
                return copy.error();
            }
            copied[key] = std::move(*copy);
        }
        return json::value(std::move(copied));
    }

    Result<json::value> flat_member(std::string_view key, const json::value& value, std::size_t depth) {
        size_ += key.size() + 4;
        bool outer = std::exchange(names_arguments_, !names_arguments_ && key == "properties");
        auto copy = flat(value, depth + 1);
        names_arguments_ = outer;
        return copy;
    }

    // What stands beside a reference is said of it as well.
    Result<json::value> followed(const std::string& reference, const json::object& beside,
                                 std::size_t depth) {
        if (std::ranges::find(following_, reference) != following_.end()) {
            return cannot_be_carried("its schema refers to itself");
        }
        bool can_be_looked_up = reference.starts_with("#/") && reference.size() <= longest_reference;
        const auto* target = can_be_looked_up ? pointed_to(reference) : nullptr;
        if (!target) {
            return cannot_be_carried("its schema refers to what is not in it");
        }
        following_.push_back(reference);
        bool outer = std::exchange(names_arguments_, false);
        auto copy = flat(*target, depth + 1);
        names_arguments_ = outer;
        following_.pop_back();
        if (!copy || !copy->is_object()) {
            return copy;
        }
        for (const auto& [key, value] : beside) {
            if (key == "$ref" ||
                std::ranges::find(for_machines, std::string_view(key)) != for_machines.end()) {
                continue;
            }
            auto said = flat_member(key, value, depth);
            if (!said) {
                return said;
            }
            copy->get_object()[key] = std::move(*said);
        }
        return copy;
    }

    const json::value* pointed_to(std::string_view reference) const {
        const json::object* object = &whole_;
        const json::value* found = nullptr;
        reference.remove_prefix(2);
        while (!reference.empty()) {
            auto step = reference.substr(0, reference.find('/'));
            reference.remove_prefix(std::min(step.size() + 1, reference.size()));
            found = object ? object->if_contains(unescaped(step)) : nullptr;
            if (!found) {
                return nullptr;
            }
            object = found->if_object();
        }
        return found;
    }

    static std::string unescaped(std::string_view step) {
        std::string text;
        for (std::size_t i = 0; i < step.size(); ++i) {
            bool escape = step[i] == '~' && i + 1 < step.size() && (step[i + 1] == '0' || step[i + 1] == '1');
            text += escape ? (step[++i] == '0' ? '~' : '/') : step[i];
        }
        return text;
    }

    const json::object& whole_;
    std::vector<std::string> following_;
    bool names_arguments_ = false;  // the keys of what is copied now are names of arguments
    std::size_t size_ = 0;
};

}  // namespace

Result<json::object> schema_for_model(const json::object& input_schema) {
    auto flat = Flattening(input_schema).flat(input_schema, 0);
    if (!flat) {
        return flat.error();
    }
    auto* object = flat->if_object();
    if (!object || json::serialize(*object).size() > largest_schema) {
        return cannot_be_carried("its schema is too large");
    }
    (*object)["type"] = "object";
    if (!object->contains("properties")) {
        // Whatever it takes: what is not described is not dropped, unless it says so.
        (*object)["properties"] = json::object();
        if (!object->contains("additionalProperties")) {
            (*object)["additionalProperties"] = true;
        }
    }
    return std::move(*object);
}

}  // namespace repartee::mcp::client
