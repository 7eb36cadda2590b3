// Which file an address means.
#pragma once

#include "base/error.h"

#include <filesystem>
#include <string_view>

namespace repartee::stores::sqlite {

inline constexpr std::string_view usual_name = "repartee.db";

// Empty, or a scheme alone: the usual file in the data directory. "sqlite:///srv/voice.db" is that file;
// "sqlite://voice.db" and "sqlite:///./voice.db" lie in the working directory.
Result<std::filesystem::path> database_file(std::string_view url,
                                            const std::filesystem::path& data_directory);

}  // namespace repartee::stores::sqlite
