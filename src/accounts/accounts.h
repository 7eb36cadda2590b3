// Lets people in: registration, log-in, tokens, keys for devices. Used by surfaces; any strand, many calls at
// a time.
//
// Passwords are hashed with argon2id on threads of their own, few and at low priority: a flood of log-ins
// waits for itself (Busy past the queue) and never for a voice. All answers to "who is that" are the same
// whether the e-mail is known or not, and take the same work.
#pragma once

#include "accounts/principal.h"
#include "base/async.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/secret.h"
#include "stores/people.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace repartee::accounts {

struct AccountSettings {
    // Signs tokens and seals provider keys. Placeholders count as missing: then a random one is made and kept
    // in the data directory.
    Secret secret_key;
    std::chrono::milliseconds access_token_lifetime{std::chrono::minutes(30)};
    std::chrono::milliseconds refresh_token_lifetime{std::chrono::hours(24 * 30)};
    // argon2id, OWASP's second choice: 19 MiB, two passes, one lane.
    std::int64_t password_memory_kib = 19'456;
    std::int64_t password_passes = 2;
    std::int64_t password_threads = 1;
    std::int64_t password_queue = 32;  // log-ins waiting; one more is told to come back
    // Of one address, and of one e-mail, in a minute; 0: no limit.
    std::int64_t attempts_per_minute = 20;
    std::int64_t registrations_per_hour = 60;  // of one address
    bool registration_open = true;
};

struct Tokens {
    std::string access;
    std::string refresh;
    std::chrono::seconds access_lifetime{0};
};

class Accounts {
public:
    // `secret_key` is never empty here (see secret_key.h). All referred to outlives the accounts.
    Accounts(AccountSettings settings, Secret secret_key, stores::People& people, Clock& clock, Log log,
             Metrics& metrics);
    ~Accounts();

    // --- coming in. `peer`: the client's address, for the limits on rate (Failure{TooMany}). ---

    // Failure: Conflict "Email already registered", Unprocessable with what is wrong with e-mail or password,
    // Forbidden when registration is closed.
    awaitable<Tokens> register_user(std::string email, Secret password, std::string full_name,
                                    std::string peer);
    // Failure{Unauthenticated, "Incorrect username or password"}, whatever was wrong.
    awaitable<Tokens> log_in(std::string email, Secret password, std::string peer);
    awaitable<Tokens> refresh(std::string refresh_token, std::string peer);

    // Who a token (of ours, or an API key "rk_…") belongs to, as of now in the database: a user who is gone
    // or switched off, or has logged out everywhere, has none. Failure{Unauthenticated, "Could not validate
    // credentials"}.
    awaitable<Principal> authenticate(std::string token);

    // --- once in ---

    // Ends all tokens but the new ones it returns. Failure{Unauthenticated} when the old password is wrong.
    awaitable<Tokens> change_password(UserId user, Secret old_password, Secret new_password,
                                      std::string peer);
    awaitable<void> log_out_everywhere(UserId user);
    // Failure{Unauthenticated} when the password is wrong. Deletes the user and everything in the database;
    // what else there is (session memory) the caller forgets.
    awaitable<void> erase(UserId user, Secret password, std::string peer);

    struct NewKey {
        std::string key;  // shown once
        stores::ApiKey record;
    };
    // Failure{Unprocessable} for a scope that does not exist, or too many keys.
    awaitable<NewKey> add_api_key(const Principal& principal, std::string name,
                                  std::vector<std::string> scopes);

    // Provider keys of users: sealed for the store, opened for the engine. `context` (user and provider) is
    // bound to it: sealed text of one user opens for no other.
    std::string seal(const Secret& key, const std::string& context) const;
    Result<Secret> open(const std::string& sealed, const std::string& context) const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace repartee::accounts
