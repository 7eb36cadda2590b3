// What is kept of people, as the clients see it, and the marks that lead from one page to the next. Pure.
#pragma once

#include "accounts/accounts.h"
#include "skills/skill.h"
#include "stores/history.h"
#include "stores/memories.h"
#include "stores/people.h"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace repartee::surfaces::voice_ai {

// "2024-05-06T12:00:00.250Z"
std::string time_text(std::int64_t milliseconds_since_1970);

boost::json::object wire(const accounts::Tokens& tokens);
boost::json::object wire(const stores::User& user);
// Never the keys: only for which providers there are some.
boost::json::object wire(const stores::Profile& profile);
boost::json::object wire(const stores::ApiKey& key);
boost::json::object wire(const stores::StoredConversation& conversation);
boost::json::object wire(const stores::StoredMessage& message);
boost::json::object wire(const stores::Memory& memory);
boost::json::object wire(const stores::FoundMemory& memory);
// {"name","params","needs_confirmation"}, or null.
boost::json::value wire(const std::optional<skills::ClientAction>& action);

// Where a page ended: behind what was changed at that time and has this id.
struct Mark {
    std::int64_t at_ms = 0;
    std::string id;
};
std::string text_of(const Mark& mark);
// An empty text is the beginning; nothing for what is no mark of ours.
std::optional<Mark> mark_in(std::string_view text);

}  // namespace repartee::surfaces::voice_ai
