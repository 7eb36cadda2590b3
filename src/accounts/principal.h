// Who asks, once that is known.
#pragma once

#include "stores/people.h"
#include "vocabulary/owner.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::accounts {

// What an API key may be made for. A person who logged in has all of them.
inline constexpr std::array<std::string_view, 5> scopes{
    "chat",     // talk: chat/message, ws/stream
    "history",  // read and change conversations
    "memory",   // read and change what is remembered
    "profile",  // read and change settings
    "metrics",  // read /metrics (admins' keys)
};

struct Principal {
    stores::User user;  // without the password's hash
    bool by_api_key = false;
    std::vector<std::string> key_scopes = {};

    Owner owner() const { return Owner::user(user.id); }
    bool is_admin() const { return user.role == stores::UserRole::Admin; }
    bool may(std::string_view scope) const {
        return !by_api_key || std::ranges::find(key_scopes, scope) != key_scopes.end();
    }
};

}  // namespace repartee::accounts
