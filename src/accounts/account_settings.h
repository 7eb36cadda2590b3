// What an operator can say about accounts.
#pragma once

#include "base/fields.h"
#include "base/secret.h"

#include <chrono>
#include <cstdint>

namespace repartee::accounts {

struct AccountSettings {
    // Signs tokens, and what seals provider keys is derived from it. Placeholders count as missing: then a
    // random one is made and kept in the data directory (secret_key.h).
    Secret secret_key;
    std::chrono::milliseconds access_token_lifetime{std::chrono::minutes(30)};
    std::chrono::milliseconds refresh_token_lifetime{std::chrono::hours(24 * 30)};
    // argon2id, OWASP's second choice: 19 MiB, two passes, one lane.
    std::int64_t password_memory_kib = 19'456;
    std::int64_t password_passes = 2;
    std::int64_t password_lanes = 1;
    std::int64_t password_queue = 32;  // passwords waiting; one more is told to come back
    // Log-ins from one address, and with one e-mail, in a minute; 0: no limit.
    std::int64_t attempts_per_minute = 20;
    std::int64_t registrations_per_hour = 60;  // from one address; 0: no limit
    bool registration_open = true;
};

// The section [accounts].
void describe(Fields& fields, AccountSettings& settings);

}  // namespace repartee::accounts
