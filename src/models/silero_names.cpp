#include "models/silero_names.h"

#include <array>

namespace repartee::models {

std::optional<std::filesystem::path> find_silero(const std::filesystem::path& folder,
                                                 std::string_view wanted) {
    constexpr std::array<std::string_view, 2> published{"ggml-silero-v6.2.0.bin", "ggml-silero-v5.1.2.bin"};
    std::error_code ignored;
    auto present = [&](const std::filesystem::path& path) {
        return std::filesystem::is_regular_file(path, ignored);
    };
    if (!wanted.empty()) {
        for (const auto& path : {std::filesystem::path(wanted), folder / wanted}) {
            if (present(path)) {
                return path;
            }
        }
        return std::nullopt;
    }
    for (auto name : published) {
        if (present(folder / name)) {
            return folder / name;
        }
    }
    return std::nullopt;
}

}  // namespace repartee::models
