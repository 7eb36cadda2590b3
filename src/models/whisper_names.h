// From what people call a speech model to the file it lies in. Pure but for asking which files there are.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::models {

// The files that would do for the model of this name, the best first: "small" with "int8" is
// ggml-small-q8_0.bin, else a smaller quantization, else the plain file. Parakeet's, too.
std::vector<std::string> whisper_files(std::string_view name, std::string_view compute_type);

// The file to load: `wanted` is a path, a file's name in `folder`, or a model's name. An empty name takes the
// best of those that lie in `folder`. Nothing when there is none.
std::optional<std::filesystem::path> find_whisper(const std::filesystem::path& folder,
                                                  std::string_view wanted, std::string_view compute_type);

}  // namespace repartee::models
