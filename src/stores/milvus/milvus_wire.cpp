#include "stores/milvus/milvus_wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace repartee::stores::milvus {

namespace {

namespace json = boost::json;

// HNSW: how many neighbours a vector has, how carefully they are chosen, how widely is searched.
constexpr int neighbours = 16;
constexpr int care_at_building = 200;
constexpr std::size_t least_width = 64;

// Of an owner's key: "user/7", or "session/" and what a client calls itself.
constexpr std::size_t longest_owner = 65'535;
constexpr std::size_t longest_key = 64;

[[noreturn]] void make_no_sense(std::string_view what) {
    throw MilvusFailure(Trouble::Unexpected, fmt::format("its answer makes no sense: {}", what));
}

const json::object& object_of(const json::value& value) {
    if (!value.is_object()) {
        make_no_sense("no object");
    }
    return value.get_object();
}

const json::array& array_in(const json::value& value) {
    if (!value.is_array()) {
        make_no_sense("no list");
    }
    return value.get_array();
}

std::string text_at(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) {
        make_no_sense(name);
    }
    return std::string(value->get_string());
}

// Keys of other people's collections may be numbers.
std::string key_at(const json::object& object) {
    const auto* value = object.if_contains("id");
    if (value == nullptr || !(value->is_string() || value->is_number())) {
        make_no_sense("id");
    }
    return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

// A number, or the same as a text: 64 bits do not fit into every client's numbers.
std::int64_t integer_at(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value != nullptr && value->is_string()) {
        const auto& text = value->get_string();
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error == std::errc() && end == text.data() + text.size()) {
            return number;
        }
    } else if (value != nullptr && value->is_number()) {
        json::error_code no_integer;
        const auto number = value->to_number<std::int64_t>(no_integer);
        if (!no_integer) {
            return number;
        }
    }
    make_no_sense(name);
}

double number_at(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_number()) {
        make_no_sense(name);
    }
    return value->to_number<double>();
}

json::object text_field(std::string_view name, std::size_t longest) {
    return {{"fieldName", name},
            {"dataType", "VarChar"},
            {"elementTypeParams", json::object{{"max_length", longest}}}};
}

const json::array& fields_of(const json::object& described) {
    const auto* fields = described.if_contains("fields");
    if (fields == nullptr || !fields->is_array()) {
        make_no_sense("fields");
    }
    return fields->get_array();
}

// A parameter of a field: [{"key":"dim","value":"384"}]. Empty where there is none of that name.
std::string parameter_of(const json::object& field, std::string_view name) {
    const auto* parameters = field.if_contains("params");
    if (parameters == nullptr || !parameters->is_array()) {
        return {};
    }
    for (const auto& parameter : parameters->get_array()) {
        const auto& pair = object_of(parameter);
        const auto* key = pair.if_contains("key");
        const auto* value = pair.if_contains("value");
        if (key != nullptr && value != nullptr && key->is_string() && key->get_string() == name) {
            return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
        }
    }
    return {};
}

std::string metric_in(const json::object& described) {
    const auto* indexes = described.if_contains("indexes");
    if (indexes == nullptr || !indexes->is_array()) {
        return {};
    }
    for (const auto& index : indexes->get_array()) {
        const auto& facts = object_of(index);
        const auto* field = facts.if_contains("fieldName");
        const auto* metric = facts.if_contains("metricType");
        if (field != nullptr && metric != nullptr && field->is_string() && field->get_string() == "vector" &&
            metric->is_string()) {
            return std::string(metric->get_string());
        }
    }
    return {};
}

}  // namespace

// --- what we say ---

json::object creation_of(const std::string& name, std::size_t dimension) {
    auto key = text_field("id", longest_key);
    key["isPrimary"] = true;
    auto owner = text_field("owner", longest_owner);
    owner["isPartitionKey"] = true;
    json::object revision{{"fieldName", "revision"}, {"dataType", "Int64"}};
    json::object vector{{"fieldName", "vector"},
                        {"dataType", "FloatVector"},
                        {"elementTypeParams", json::object{{"dim", dimension}}}};
    json::array fields{std::move(key), std::move(owner), text_field("memory_id", longest_id),
                       std::move(revision), std::move(vector)};
    json::object index{{"fieldName", "vector"},
                       {"indexName", "vector_idx"},
                       {"metricType", "COSINE"},
                       {"indexType", "HNSW"},
                       {"params", json::object{{"M", neighbours}, {"efConstruction", care_at_building}}}};
    return {{"collectionName", name},
            {"schema",
             json::object{{"autoID", false}, {"enableDynamicField", false}, {"fields", std::move(fields)}}},
            {"indexParams", json::array{std::move(index)}},
            // What one of our servers has written, all of them find.
            {"params", json::object{{"consistencyLevel", "Strong"}}}};
}

json::object search_for(std::size_t limit) {
    return {{"annsField", "vector"},
            {"limit", limit},
            {"outputFields", json::array{"memory_id", "revision"}},
            {"searchParams", json::object{{"metricType", "COSINE"},
                                          {"params", json::object{{"ef", std::max(limit, least_width)}}}}},
            {"consistencyLevel", "Strong"}};
}

json::object query_for(std::size_t limit) {
    return {{"limit", limit},
            {"outputFields", json::array{"id", "owner", "memory_id", "revision"}},
            {"consistencyLevel", "Strong"}};
}

std::string array_of(const Vector& vector) {
    std::string text = "[";
    for (const float component : vector) {
        char digits[32];
        const auto end = std::to_chars(std::begin(digits), std::end(digits), component).ptr;
        text += text.size() == 1 ? "" : ",";
        text.append(digits, end);
    }
    return text + "]";
}

std::string entity_of(std::string_view key, std::string_view owner, std::string_view id,
                      std::int64_t revision, const Vector& vector) {
    json::object entity{{"id", key}, {"owner", owner}, {"memory_id", id}, {"revision", revision}};
    std::string text = json::serialize(entity);
    text.pop_back();
    return text + ",\"vector\":" + array_of(vector) + "}";
}

bool is_finite(const Vector& vector) {
    return std::ranges::all_of(vector, [](float component) { return std::isfinite(component); });
}

// --- what it says ---

bool says_has(const json::value& data) {
    const auto* has = object_of(data).if_contains("has");
    if (has == nullptr || !has->is_bool()) {
        make_no_sense("has");
    }
    return has->get_bool();
}

LoadState load_state_in(const json::value& data) {
    const auto state = text_at(object_of(data), "loadState");
    if (state == "LoadStateLoaded") {
        return LoadState::Loaded;
    }
    if (state == "LoadStateLoading") {
        return LoadState::Loading;
    }
    return state == "LoadStateNotExist" ? LoadState::NotExist : LoadState::NotLoad;
}

std::string fault_of_shape(const json::value& data, std::size_t dimension) {
    const auto& described = object_of(data);
    std::vector<std::string> missing{"id", "owner", "memory_id", "revision", "vector"};
    for (const auto& field : fields_of(described)) {
        const auto& facts = object_of(field);
        const auto name = text_at(facts, "name");
        std::erase(missing, name);
        const auto has = parameter_of(facts, "dim");
        if (name == "vector" && dimension != 0 && !has.empty() && has != std::to_string(dimension)) {
            return fmt::format("has vectors of {} numbers, and the embedder makes {}", has, dimension);
        }
    }
    if (!missing.empty()) {
        return fmt::format("is not one of ours: it has no field {}", missing.front());
    }
    if (const auto metric = metric_in(described); !metric.empty() && metric != "COSINE") {
        return fmt::format("compares by {}, not by cosine", metric);
    }
    return {};
}

std::vector<Hit> hits_in(const json::value& data) {
    std::vector<Hit> hits;
    for (const auto& found : array_in(data)) {
        const auto& facts = object_of(found);
        hits.push_back({.key = key_at(facts),
                        .id = text_at(facts, "memory_id"),
                        .revision = integer_at(facts, "revision"),
                        .score = number_at(facts, "distance")});
    }
    return hits;
}

std::vector<StoredVersion> versions_in(const json::value& data) {
    std::vector<StoredVersion> versions;
    for (const auto& found : array_in(data)) {
        const auto& facts = object_of(found);
        versions.push_back({.key = key_at(facts),
                            .owner = text_at(facts, "owner"),
                            .id = text_at(facts, "memory_id"),
                            .revision = integer_at(facts, "revision")});
    }
    return versions;
}

std::vector<std::string> names_in(const json::value& data) {
    std::vector<std::string> names;
    for (const auto& name : array_in(data)) {
        if (name.is_string()) {
            names.emplace_back(name.get_string());
        }
    }
    return names;
}

}  // namespace repartee::stores::milvus
