// What is said to Milvus and what its answers mean: reference "Milvus RESTful API v2". Pure.
#pragma once

#include "stores/memories.h"
#include "stores/milvus/milvus_collection.h"

#include <boost/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace repartee::stores::milvus {

// Bytes of a VarChar, the most that Milvus has. Whose id is longer cannot be kept there.
inline constexpr std::size_t longest_id = 65'535;

// In the place of an owner's key where an entity is a mark: no owner is called so.
inline constexpr std::string_view owner_of_marks = "mark";

// --- what we say ---

boost::json::object creation_of(const std::string& name, std::size_t dimension);
boost::json::object search_for(std::size_t limit);
boost::json::object query_for(std::size_t limit);
// JSON text: numbers as short as they can be and still be the same float.
std::string array_of(const Vector& vector);
std::string entity_of(std::string_view key, std::string_view owner, std::string_view id,
                      std::int64_t revision, const Vector& vector);
bool is_finite(const Vector& vector);

// --- what it says; each throws MilvusFailure for what makes no sense ---

bool says_has(const boost::json::value& data);

enum class LoadState { NotExist, NotLoad, Loading, Loaded };
LoadState load_state_in(const boost::json::value& data);

// What is wrong with a collection that was described; empty where nothing is. `dimension` 0: any.
std::string fault_of_shape(const boost::json::value& data, std::size_t dimension);

std::vector<Hit> hits_in(const boost::json::value& data);
std::vector<StoredVersion> versions_in(const boost::json::value& data);
std::vector<std::string> names_in(const boost::json::value& data);

}  // namespace repartee::stores::milvus
