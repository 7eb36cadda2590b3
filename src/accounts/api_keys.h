// Keys for devices and programs: "rk_" and 43 characters. The store has a hash of each. Any strand.
#pragma once

#include "accounts/known_users.h"
#include "accounts/principal.h"
#include "base/clock.h"
#include "base/log.h"
#include "stores/people.h"

#include <string>
#include <string_view>
#include <vector>

namespace repartee::accounts {

class ApiKeys {
public:
    // The store, the users and the clock outlive it.
    ApiKeys(stores::People& people, KnownUsers& users, Clock& clock, Log log)
        : people_(people), users_(users), clock_(clock), log_(std::move(log)) {}

    // Whether a token claims to be one.
    static bool is_one(std::string_view token);

    struct Made {
        std::string key;
        stores::ApiKey record;
    };
    // See Accounts::add_api_key.
    awaitable<Made> make(Principal principal, std::string name, std::vector<std::string> scopes);
    // Failure{Unauthenticated} for one that nobody has.
    awaitable<Principal> holder_of(std::string key);

private:
    awaitable<void> note_use(stores::ApiKey record);

    stores::People& people_;
    KnownUsers& users_;
    Clock& clock_;
    const Log log_;
};

}  // namespace repartee::accounts
