#include "models/whisper_names.h"

#include "models/manifest.h"

#include <fmt/format.h>

#include <array>
#include <span>

namespace repartee::models {

namespace {

namespace fs = std::filesystem;

// Better ones first, as far as a machine without a graphics card keeps up with them.
constexpr std::array<std::string_view, 14> by_preference{"small.en",
                                                         "small",
                                                         "base.en",
                                                         "base",
                                                         "tiny.en",
                                                         "tiny",
                                                         "parakeet-tdt-0.6b-v2",
                                                         "parakeet-tdt-0.6b-v3",
                                                         "medium",
                                                         "medium.en",
                                                         "large-v3-turbo",
                                                         "large-v3",
                                                         "large-v2",
                                                         "large"};

bool is_file(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored);
}

std::optional<fs::path> first_of_name(const fs::path& folder, std::string_view name,
                                      std::string_view compute_type) {
    for (const auto& file : whisper_files(name, compute_type)) {
        if (is_file(folder / file)) {
            return folder / file;
        }
    }
    return std::nullopt;
}

}  // namespace

std::vector<std::string> whisper_files(std::string_view name, std::string_view compute_type) {
    // As those who publish them name them: Whisper's with q5, Parakeet's with q4, and with the kind of the
    // plain ones, too.
    constexpr std::string_view quantized[] = {"-q8_0", "-q5_1", "-q5_0", "-q4_k", "-q4_0"};
    constexpr std::string_view plain[] = {"", "-f16", "-f32"};
    std::vector<std::string> files;
    auto add = [&](std::span<const std::string_view> kinds) {
        for (auto kind : kinds) {
            files.push_back(fmt::format("ggml-{}{}.bin", name, kind));
        }
    };
    bool small = compute_type.starts_with("int8");
    add(small ? std::span<const std::string_view>(quantized) : plain);
    add(small ? std::span<const std::string_view>(plain) : quantized);
    return files;
}

std::optional<fs::path> find_whisper(const fs::path& folder, std::string_view wanted,
                                     std::string_view compute_type) {
    if (wanted.empty()) {
        for (auto name : by_preference) {
            if (auto file = first_of_name(folder, name, compute_type)) {
                return file;
            }
        }
        return std::nullopt;
    }
    for (const auto& path : {fs::path(wanted), folder / wanted}) {
        if (is_file(path)) {
            return path;
        }
    }
    // "turbo" is large-v3-turbo.
    const auto* known = known_model(wanted);
    return first_of_name(folder, known != nullptr ? known->name : wanted, compute_type);
}

}  // namespace repartee::models
