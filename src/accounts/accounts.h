// Lets people in: registration, log-in, tokens, keys for devices. Used by surfaces; any strand, many calls at
// a time.
//
// Passwords are hashed with argon2id on threads of their own, few and at low priority: a flood of log-ins
// waits for itself (Busy past the queue) and never for a voice. All answers to "who is that" are the same
// whether the e-mail is known or not, and take the same work.
#pragma once

#include "accounts/account_settings.h"
#include "accounts/principal.h"
#include "accounts/tokens.h"
#include "base/async.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/secret.h"
#include "stores/people.h"

#include <memory>
#include <string>
#include <vector>

namespace repartee::accounts {

// Nobody needs more, and each is a row that somebody has to look through.
inline constexpr std::size_t most_api_keys = 50;  // of a user

class Accounts {
public:
    // `secret_key`: what ensure_secret_key gave (secret_key.h), never empty. All referred to outlives the
    // accounts.
    Accounts(AccountSettings settings, Secret secret_key, stores::People& people, Clock& clock, Log log,
             Metrics& metrics);
    ~Accounts();

    // --- coming in. `peer`: the client's address, for the limits on rate (Failure{TooMany}). All may also
    // throw Unavailable and Busy: of the store, and Busy of the passwords' queue. ---

    // Failure: Conflict "Email already registered", Unprocessable with what is wrong with e-mail or password,
    // Forbidden when registration is closed.
    awaitable<Tokens> register_user(std::string email, Secret password, std::string full_name,
                                    std::string peer, Stay stay = Stay::Long);
    // Failure{Unauthenticated, "Incorrect username or password"}, whatever was wrong; Unprocessable for a
    // password that is longer than any.
    awaitable<Tokens> log_in(std::string email, Secret password, std::string peer, Stay stay = Stay::Long);
    // A refresh token does once; again, it ends all that came from it, because two have it: unless the same
    // peer repeats itself within seconds, and gets the same new one (just_spent.h). Failure{Unauthenticated,
    // "Could not validate credentials"}.
    awaitable<Tokens> refresh(std::string refresh_token, std::string peer);

    // Who a token (of ours, or an API key "rk_…") belongs to: a user who is gone or switched off, or has
    // logged out everywhere, has none. What this process does counts at once, what others do within
    // KnownUsers::freshness. A token without `ver` and `uid`, as the original made them, counts as one of the
    // first version. Failure{Unauthenticated, "Could not validate credentials"}.
    awaitable<Principal> authenticate(std::string token);

    // --- once in. The user is taken from a Principal. ---

    // Ends all tokens but the new ones it returns; API keys stay. Failure: Forbidden "Incorrect password"
    // when the old one is wrong, Unprocessable for the new one, Conflict when somebody else changed it
    // meanwhile.
    awaitable<Tokens> change_password(UserId user, Secret old_password, Secret new_password,
                                      std::string peer);
    awaitable<void> log_out_everywhere(UserId user);
    // Deletes the user and everything in the database; what else there is (session memory) the caller
    // forgets. Failure{Forbidden, "Incorrect password"}.
    awaitable<void> erase(UserId user, Secret password, std::string peer);

    struct NewKey {
        std::string key;  // shown once
        stores::ApiKey record;
    };
    // Failure{Unprocessable} for a scope that does not exist, or too many keys; Forbidden for a key that
    // makes keys, and "metrics" for who is no admin.
    awaitable<NewKey> add_api_key(Principal principal, std::string name, std::vector<std::string> scopes);

    // Somebody changed this user in the store (name, role, whether active): what is known of them here is
    // old.
    void notice_change(UserId user);

    // Provider keys of users: sealed for the store, opened for the engine. `context` (user and provider) is
    // bound to it: sealed text of one user opens for no other. The Error of `open` says to enter it again:
    // SECRET_KEY is another, or somebody changed the text.
    std::string seal(const Secret& key, const std::string& context) const;
    Result<Secret> open(const std::string& sealed, const std::string& context) const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace repartee::accounts
