// A vector as PostgreSQL reads an array of real: "{0.25,-1}". Pure.
#pragma once

#include "stores/memories.h"

#include <optional>
#include <string>

namespace repartee::stores::postgres {

// Each number as short as it can be without being another. Nothing where one is not finite: pgvector takes
// none of those.
std::optional<std::string> array_of(const Vector& vector);

}  // namespace repartee::stores::postgres
