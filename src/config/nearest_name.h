// Finds the name that somebody probably meant.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace repartee::config {

// How many letters to insert, delete, replace or swap with a neighbour until one is the other. Case
// does not count, and - is the same as _.
std::size_t edit_distance(std::string_view written, std::string_view meant);

// The most similar of `names`, the first among equals; empty when none is similar.
std::string nearest_name(std::string_view written, std::span<const std::string> names);

}  // namespace repartee::config
