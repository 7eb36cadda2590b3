// Gives tokens out, exchanges them, and knows whose one is. Any strand. Refresh tokens that have expired stay
// in the store until whoever keeps it erases them (People::erase_expired).
#pragma once

#include "accounts/account_settings.h"
#include "accounts/just_spent.h"
#include "accounts/key_material.h"
#include "accounts/known_users.h"
#include "accounts/tokens.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "stores/people.h"

#include <string>

namespace repartee::accounts {

class TokenOffice {
public:
    // The store, the users and the clock outlive it.
    TokenOffice(const AccountSettings& settings, const Secret& secret_key, stores::People& people,
                KnownUsers& users, Clock& clock, Log log);

    // A new family of tokens for somebody who has just shown who they are.
    awaitable<Tokens> issue(stores::User user, Stay stay);
    // See Accounts::refresh.
    awaitable<Tokens> exchange(std::string refresh_token, std::string peer);
    // Whose access token it is. Failure{Unauthenticated}.
    awaitable<stores::User> holder_of(std::string access_token);

private:
    NewRefreshToken new_refresh_token() const;
    Tokens tokens_for(const stores::User& user, std::string refresh) const;

    const std::chrono::milliseconds access_lifetime_;
    const std::chrono::milliseconds refresh_lifetime_;
    const SigningKey key_;
    stores::People& people_;
    KnownUsers& users_;
    Clock& clock_;
    JustSpent just_spent_;
    const Log log_;
};

}  // namespace repartee::accounts
