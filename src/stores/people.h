// Users, what they set about themselves, and what lets them in. Kept in the database.
//
// All stores in this folder: calls from any strand, many at a time; a call returns after the commit. A write
// that is repeated with the same ids changes nothing, so whoever does not know whether one got through
// repeats it; the stores do so themselves when a connection is lost in the middle. They throw Failure:
// Unavailable when the database cannot be reached (nothing has been written, or the same call again is
// harmless), Busy when too many wait for it. Cancelling breaks off what only reads, and what has not begun to
// write; a write under way has been done or taken back, whole, by the time the call throws.
//
// Times are milliseconds since 1970, UTC, told by the caller.
#pragma once

#include "base/async.h"
#include "base/secret.h"
#include "vocabulary/owner.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace repartee::stores {

enum class UserRole { User, Admin };

struct User {
    UserId id = 0;
    std::string email;  // as it was typed; compared without case
    std::string full_name;
    Secret password_hash;  // argon2's own text: "$argon2id$v=19$…"
    UserRole role = UserRole::User;
    bool is_active = true;
    // Tokens carry it: raising it ends all of them.
    std::int64_t token_version = 1;
    std::int64_t created_at_ms = 0;
};

struct NewUser {
    std::string creation_id;  // made by the caller, new for each attempt: tells a repetition from a second
                              // registration
    std::string email;
    std::string email_key;  // by which it is unique: normalised by accounts
    std::string full_name;
    Secret password_hash;
    UserRole role = UserRole::User;
    std::int64_t created_at_ms = 0;
};

// Made with these values when it is asked for first.
struct Profile {
    std::string persona_name = "Assistant";
    std::string persona_style = "helpful";
    std::string voice_id = "default";
    double voice_speed = 1.0;
    std::string language = {};                     // BCP 47; empty: as heard
    std::vector<std::string> allowed_skills = {};  // empty: all
    // By provider ("openai"), encrypted by accounts/sealed_text.h: no store ever sees a key.
    std::map<std::string, std::string> sealed_provider_keys = {};
};

// A key for a device or a program. Of the key itself only a hash is kept.
struct ApiKey {
    std::string id;
    UserId user = 0;
    std::string name;                 // "kitchen speaker"
    std::string hash;                 // SHA-256 of the key, hexadecimal
    std::string tail;                 // its last four characters, to tell keys apart
    std::vector<std::string> scopes;  // see accounts/principal.h
    std::int64_t created_at_ms = 0;
    std::int64_t last_used_at_ms = 0;  // 0: never; to the minute
};

// What a client exchanges for new tokens, once. Those that came one from another are a family: one that comes
// a second time ends all of it.
struct RefreshToken {
    std::string hash;  // SHA-256, hexadecimal
    std::string family;
    UserId user = 0;
    std::int64_t token_version = 0;  // the user's when it was made
    std::int64_t expires_at_ms = 0;
};

class People {
public:
    virtual ~People() = default;

    // Nothing when somebody has that e-mail already.
    virtual awaitable<std::optional<User>> add(NewUser user) = 0;
    virtual awaitable<std::optional<User>> find(UserId id) = 0;
    virtual awaitable<std::optional<User>> find_by_email(std::string email_key) = 0;
    // In the order of their ids, from the one behind `after`.
    virtual awaitable<std::vector<User>> list(UserId after, std::size_t limit) = 0;

    // Sets the password and raises the token version to `token_version`; false when it has been raised past
    // the one before by somebody else meanwhile, or the user is gone.
    virtual awaitable<bool> set_password(UserId id, Secret password_hash, std::int64_t token_version) = 0;
    // Another hash of the same password in place of `present`: ends no tokens. False when `present` is not
    // there any more.
    virtual awaitable<bool> renew_password_hash(UserId id, Secret present, Secret next) = 0;
    // Raises the version without a password: logs out everywhere.
    virtual awaitable<bool> set_token_version(UserId id, std::int64_t token_version) = 0;
    virtual awaitable<bool> set_full_name(UserId id, std::string full_name) = 0;
    virtual awaitable<bool> set_role(UserId id, UserRole role) = 0;
    virtual awaitable<bool> set_active(UserId id, bool is_active) = 0;
    // With all that is theirs in this database: profile, keys, conversations, memories. False when there is
    // no such.
    virtual awaitable<bool> erase(UserId id) = 0;

    virtual awaitable<Profile> profile(UserId id) = 0;
    // Has `change` put what it wants into the profile as it is now, and gives back what is kept: of several
    // that change different things at once, none undoes another's. `change` runs on a thread of the store,
    // perhaps more than once; what it throws leaves all as it was.
    virtual awaitable<Profile> change_profile(UserId id, std::function<void(Profile&)> change) = 0;
    // All of it anew.
    awaitable<void> save(UserId id, Profile profile) {
        std::function<void(Profile&)> put = [&profile](Profile& present) { present = profile; };
        co_await change_profile(id, std::move(put));
    }

    virtual awaitable<void> add(ApiKey key) = 0;
    virtual awaitable<std::vector<ApiKey>> api_keys(UserId id) = 0;
    virtual awaitable<std::optional<ApiKey>> find_api_key(std::string hash) = 0;
    virtual awaitable<bool> erase_api_key(UserId id, std::string key_id) = 0;
    virtual awaitable<void> note_use(std::string key_id, std::int64_t at_ms) = 0;

    virtual awaitable<void> add(RefreshToken token) = 0;
    enum class Exchange { Done, Unknown, SpentBefore };
    // Spends the token with this hash and puts `next` in its place (family, user and version of the spent one
    // are taken over). The spent one is remembered until it expires: coming again it is SpentBefore, and its
    // family has ended. Repeated with the same `next.hash` it is Done again.
    struct Exchanged {
        Exchange outcome = Exchange::Unknown;
        RefreshToken spent = {};
    };
    virtual awaitable<Exchanged> exchange(std::string hash, RefreshToken next, std::int64_t now_ms) = 0;
    virtual awaitable<void> erase_expired(std::int64_t now_ms) = 0;
};

}  // namespace repartee::stores
