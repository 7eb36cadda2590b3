// Calls that somebody may come back to after their line was lost, at whichever server. What a call has come
// to is written down while it goes on, so that it outlives the server, too. Kept in the database.
//
// Calls, cancelling and failures as in people.h. Each taking of a call raises its epoch, and whoever has it
// writes by the epoch they have: of two who believe that the call is theirs, only the later one's writes
// count, and the other is told so.
#pragma once

#include "base/async.h"
#include "vocabulary/owner.h"

#include <cstdint>
#include <optional>
#include <string>

namespace repartee::stores {

struct ParkedCall {
    std::string token_hash;           // SHA-256 of what the client knows, hexadecimal; unique
    std::optional<UserId> user = {};  // whose call it is: deleted with them; nothing: nobody's
    std::int64_t epoch = 1;           // of who has it
    std::string state;                // whoever wrote it reads it
    std::int64_t expires_at_ms = 0;   // nobody comes back to it from then on
};

class ParkedCalls {
public:
    virtual ~ParkedCalls() = default;

    // A new call, in its first epoch. Throws away what has expired by `now_ms`, too. Throws Failure{NotFound}
    // where the user is gone.
    virtual awaitable<void> add(ParkedCall call, std::int64_t now_ms) = 0;

    // In its next epoch; nothing when there is none, or it has expired.
    virtual awaitable<std::optional<ParkedCall>> take(std::string token_hash, std::int64_t now_ms) = 0;

    // Writes it down as it is now, while `epoch` is its epoch. False: somebody else has taken it, or it is
    // gone.
    virtual awaitable<bool> keep(std::string token_hash, std::int64_t epoch, std::string state,
                                 std::int64_t expires_at_ms) = 0;

    // It is over. Nothing is done where `epoch` is not its epoch any more.
    virtual awaitable<void> erase(std::string token_hash, std::int64_t epoch) = 0;

    virtual awaitable<void> erase_expired(std::int64_t now_ms) = 0;
};

}  // namespace repartee::stores
