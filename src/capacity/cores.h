// How many cores this program may use: fewer than the machine has where it is kept to some of them, or where
// a container has a share.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace repartee::capacity {

// At least a tenth. `root` is for tests: where /proc and /sys are looked for.
double usable_cores(const std::filesystem::path& root = "/");

// cpu.max of a control group, "150000 100000": 1.5; nothing where it has no limit or is none.
std::optional<double> cores_in(std::string_view cpu_max);

}  // namespace repartee::capacity
