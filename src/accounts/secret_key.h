// The secret of this server: signs access tokens, and seals what only it may read. Asked for once, at the
// start; blocks.
#pragma once

#include "base/log.h"
#include "base/secret.h"

#include <filesystem>
#include <optional>
#include <string>

namespace repartee::accounts {

// Why a text is no secret key, such as "is missing", "is a placeholder"; nothing where it is one.
std::optional<std::string> why_no_secret_key(const Secret& text);

// The configured one where it is a secret; else a random one, made when there is none yet and kept in
// `data_directory`/secret_key, which its owner alone can read. The log says which, never the key. Throws
// Failure{Unavailable} where the file is there and cannot be used, or cannot be written: another key would
// end every token and make sealed keys unreadable, so nobody gets one by accident.
Secret ensure_secret_key(const Secret& configured, const std::filesystem::path& data_directory,
                         const Log& log);

}  // namespace repartee::accounts
