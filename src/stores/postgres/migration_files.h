// The files in migrations/, compiled in by cmake/Migrations.cmake.
#pragma once

#include "stores/migrations.h"

#include <span>

namespace repartee::stores::postgres {

std::span<const MigrationFile> migration_files();

}  // namespace repartee::stores::postgres
