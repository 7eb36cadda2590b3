// What users and their agents said to each other, for as long as they keep it. Kept in the database. What
// holds for all stores is said in people.h.
#pragma once

#include "base/async.h"
#include "vocabulary/message.h"
#include "vocabulary/owner.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace repartee::stores {

struct StoredConversation {
    std::string id;               // ours; fit for a URL
    std::string session_key;      // the client's session_id; unique per user
    std::string title;            // the beginning of what was said first, until somebody renames it
    std::string summary;          // of what is behind the short-term window; empty: nothing yet
    std::int64_t summarised = 0;  // messages that are in the summary, from the first
    std::int64_t messages = 0;
    std::int64_t created_at_ms = 0;
    std::int64_t updated_at_ms = 0;
};

struct StoredMessage {
    std::string id;
    std::int64_t position = 0;  // 1, 2, 3 … within its conversation, without gaps
    Role role = Role::User;     // User or Assistant
    std::string text;
    std::string action;  // Assistant: the action object as JSON; empty: none
    std::int64_t created_at_ms = 0;
};

struct NewMessage {
    std::string id;  // made by the caller
    Role role = Role::User;
    std::string text;
    std::string action = {};
};

class History {
public:
    virtual ~History() = default;

    struct Appended {
        std::string conversation;   // id
        std::int64_t position = 0;  // of the last message, after it
    };
    // Appends an exchange behind all there is, whole, and makes the conversation (`new_id`, `title`) where
    // the user has none of this session_key. An exchange whose first message id is there already is not
    // appended again.
    virtual awaitable<Appended> append(UserId user, std::string session_key, std::string new_id,
                                       std::string title, std::vector<NewMessage> exchange,
                                       std::int64_t at_ms) = 0;

    // Everything below: Nothing, false or empty also where it is somebody else's.

    // Latest first. `query`: only those with these words in the title or a message, any case; empty: all.
    // From behind (`before_ms`, `before_id`), 0 and "": the beginning.
    virtual awaitable<std::vector<StoredConversation>> conversations(UserId user, std::string query,
                                                                     std::size_t limit,
                                                                     std::int64_t before_ms,
                                                                     std::string before_id) = 0;
    virtual awaitable<std::optional<StoredConversation>> find(UserId user, std::string id) = 0;
    // What shows how much there is to look for before somebody is answered, in one visit of the database: the
    // conversation of this session, and whether anything is remembered of the user at all (memories.h).
    struct Standing {
        std::optional<StoredConversation> conversation;
        bool has_memories = false;
    };
    virtual awaitable<Standing> standing(UserId user, std::string session_key) = 0;
    // In order; those behind position `after`.
    virtual awaitable<std::vector<StoredMessage>> messages(UserId user, std::string id, std::int64_t after,
                                                           std::size_t limit) = 0;
    // In order; the last `limit`.
    virtual awaitable<std::vector<StoredMessage>> latest(UserId user, std::string session_key,
                                                         std::size_t limit) = 0;
    virtual awaitable<bool> rename(UserId user, std::string id, std::string title) = 0;
    virtual awaitable<bool> erase(UserId user, std::string id) = 0;
    virtual awaitable<void> erase_all(UserId user) = 0;
    // Only forward: a summary of less than is summarised already changes nothing.
    virtual awaitable<void> set_summary(UserId user, std::string id, std::string summary,
                                        std::int64_t summarised) = 0;
};

}  // namespace repartee::stores
