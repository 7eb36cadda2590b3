// How much memory a program that is started now can have: what the machine has left, or what a container
// (a control group) leaves of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace repartee::processes {

// Bytes; the kernel's caches count as free, for they give way. Nothing where the kernel does not say.
// `root` is for tests: where /proc and /sys are looked for.
std::optional<std::uint64_t> available_memory(const std::filesystem::path& root = "/");

}  // namespace repartee::processes
