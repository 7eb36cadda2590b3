// The last messages of sessions, at hand and soon forgotten. May be lost at any time: for users the truth is
// in the history (history.h), for anonymous sessions there is nothing else and nothing is promised.
#pragma once

#include "base/async.h"
#include "vocabulary/message.h"
#include "vocabulary/owner.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace repartee::stores {

// The originals': 50 kept, for an hour after the last.
inline constexpr std::size_t session_messages = 50;
inline constexpr std::chrono::hours session_lifetime{1};

struct SessionKey {
    Owner owner;
    std::string session;  // the client's session_id
};

struct SessionContent {
    std::vector<Message> messages;  // oldest first; User and Assistant
    std::int64_t position = 0;      // of the last one, as the history counts
};

class SessionMemory {
public:
    virtual ~SessionMemory() = default;

    // Any of these throws Failure{Unavailable} when the memory cannot be reached within `patience` (it is
    // beside a voice turn: a tenth of a second or two), and whoever asked goes on without it.

    // What is kept of it, at most the `latest` messages; nothing where nothing is.
    virtual awaitable<std::optional<SessionContent>> recall(SessionKey key, std::size_t latest) = 0;
    awaitable<std::optional<SessionContent>> recall(SessionKey key) {
        return recall(std::move(key), session_messages);
    }
    // Appends `messages`, the last of which is at `position`, behind what is kept, for another lifetime.
    // Where what is kept does not end right before them (somebody's append was lost) everything kept is
    // dropped, so that it is asked for where the truth is. One step, whoever else writes. Where nothing is
    // kept, they are kept only if `is_beginning`: they begin the session.
    virtual awaitable<void> append(SessionKey key, std::vector<Message> messages, std::int64_t position,
                                   bool is_beginning) = 0;
    // For a session that is nowhere else, so that nobody can say where it has come to: appends them behind
    // whatever is kept, for another lifetime. One step, whoever else writes.
    virtual awaitable<void> append_next(SessionKey key, std::vector<Message> messages) = 0;
    // Puts this in place of what is kept.
    virtual awaitable<void> refill(SessionKey key, SessionContent content) = 0;
    virtual awaitable<void> forget(SessionKey key) = 0;
    // All sessions of an owner.
    virtual awaitable<void> forget_all(Owner owner) = 0;
};

}  // namespace repartee::stores
