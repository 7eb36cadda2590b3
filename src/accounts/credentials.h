// What accounts have in common: the one answer to a token that lets nobody in, and how random texts look.
#pragma once

#include "accounts/base64url.h"
#include "base/clock.h"
#include "base/error.h"

#include <string>
#include <string_view>

namespace repartee::accounts {

// The original's words. `why` is for the log.
inline Error not_validated(std::string_view why) {
    return {ErrorKind::Unauthenticated, "Could not validate credentials", std::string(why)};
}

// `beginning` and base64url of 32 bytes, as refresh tokens and API keys are. Anything else need not be looked
// up.
inline bool is_random_text(std::string_view text, std::string_view beginning) {
    if (!text.starts_with(beginning) || text.size() != beginning.size() + 43) {
        return false;
    }
    return from_base64url(text.substr(beginning.size())).has_value();
}

inline std::int64_t wall_ms(const Clock& clock) {
    return std::chrono::floor<std::chrono::milliseconds>(clock.wall().time_since_epoch()).count();
}

}  // namespace repartee::accounts
