// Where the weights of Silero lie. Pure but for asking which files there are.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace repartee::models {

// The file to load: `wanted` is a path or a file's name in `folder`; empty: the newest that lies in `folder`.
// Nothing where there is none.
std::optional<std::filesystem::path> find_silero(const std::filesystem::path& folder,
                                                 std::string_view wanted);

}  // namespace repartee::models
