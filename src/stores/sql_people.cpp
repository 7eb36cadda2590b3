#include "stores/sql_people.h"

#include "stores/sql_text.h"

#include <fmt/format.h>

namespace repartee::stores {

namespace {

using sql::Row;
using sql::Transaction;
using sql::Value;
using Work = std::function<void(Transaction&)>;

constexpr std::string_view user_columns =
    "id, email, full_name, password_hash, role, is_active, token_version, created_at_ms";

std::string text_of(UserRole role) {
    return role == UserRole::Admin ? "admin" : "user";
}

User user_in(const Row& row) {
    return {.id = row.integer(0),
            .email = row.text(1),
            .full_name = row.text(2),
            .password_hash = Secret(row.text(3)),
            .role = row.text(4) == "admin" ? UserRole::Admin : UserRole::User,
            .is_active = row.integer(5) != 0,
            .token_version = row.integer(6),
            .created_at_ms = row.integer(7)};
}

constexpr std::string_view profile_columns =
    "persona_name, persona_style, voice_id, voice_speed, language, allowed_skills, sealed_provider_keys";

Profile profile_in(const Row& row) {
    return {.persona_name = row.text(0),
            .persona_style = row.text(1),
            .voice_id = row.text(2),
            .voice_speed = row.real(3),
            .language = row.text(4),
            .allowed_skills = texts_of(row.text(5)),
            .sealed_provider_keys = named_texts_of(row.text(6))};
}

std::vector<Value> values_of(UserId user, const Profile& profile) {
    return {user,
            profile.persona_name,
            profile.persona_style,
            profile.voice_id,
            profile.voice_speed,
            profile.language,
            json_of(profile.allowed_skills),
            json_of(profile.sealed_provider_keys)};
}

Profile profile_of(Transaction& transaction, UserId user) {
    const auto answer =
        transaction.run(fmt::format("SELECT {} FROM profiles WHERE user_id = $1", profile_columns), {user});
    return answer.rows.empty() ? Profile{} : profile_in(answer.rows[0]);
}

// The user's profile, made where there is none. Its row is taken: whoever else changes it is over, or waits.
// (Not by RETURNING: SQLite gives whole numbers of a REAL column as integers there.)
Profile take_profile(Transaction& transaction, UserId user) {
    transaction.run(fmt::format("INSERT INTO profiles (user_id, {}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
                                "ON CONFLICT (user_id) DO UPDATE SET language = profiles.language",
                                profile_columns),
                    values_of(user, Profile{}));
    return profile_of(transaction, user);
}

template <class Thing>
std::optional<Thing> first_of(std::vector<Thing> things) {
    return things.empty() ? std::nullopt : std::optional<Thing>(std::move(things.front()));
}

constexpr std::string_view key_columns =
    "id, user_id, name, hash, tail, scopes, created_at_ms, last_used_at_ms";

std::vector<ApiKey> keys_in(const std::vector<Row>& rows) {
    std::vector<ApiKey> keys;
    keys.reserve(rows.size());
    for (const auto& row : rows) {
        keys.push_back({.id = row.text(0),
                        .user = row.integer(1),
                        .name = row.text(2),
                        .hash = row.text(3),
                        .tail = row.text(4),
                        .scopes = texts_of(row.text(5)),
                        .created_at_ms = row.integer(6),
                        .last_used_at_ms = row.integer(7)});
    }
    return keys;
}

// The family's row is what exchanges of its tokens wait for each other at.
void insert_token(Transaction& transaction, const RefreshToken& token) {
    transaction.run(
        "INSERT INTO refresh_families (family, user_id, ended, expires_at_ms) VALUES ($1, $2, 0, $3) "
        "ON CONFLICT (family) DO UPDATE SET expires_at_ms = CASE "
        "WHEN refresh_families.expires_at_ms < excluded.expires_at_ms THEN excluded.expires_at_ms "
        "ELSE refresh_families.expires_at_ms END",
        {token.family, token.user, token.expires_at_ms});
    transaction.run(
        "INSERT INTO refresh_tokens (hash, family, token_version, expires_at_ms) "
        "VALUES ($1, $2, $3, $4) ON CONFLICT (hash) DO NOTHING",
        {token.hash, token.family, token.token_version, token.expires_at_ms});
}

People::Exchanged exchange_in(Transaction& transaction, const std::string& hash, RefreshToken next,
                              std::int64_t now_ms) {
    using Outcome = People::Exchange;
    // Changes nothing, and takes the row: another exchange in this family is over, or waits for this one.
    const auto family = transaction.run(
        "UPDATE refresh_families SET ended = ended "
        "WHERE family = (SELECT family FROM refresh_tokens WHERE hash = $1) "
        "RETURNING family, user_id, ended",
        {hash});
    const auto token = transaction.run(
        "SELECT token_version, expires_at_ms, successor FROM refresh_tokens WHERE hash = $1", {hash});
    if (family.rows.empty() || token.rows.empty()) {
        return {};
    }
    const Row& of_family = family.rows[0];
    const Row& of_token = token.rows[0];
    const RefreshToken spent{.hash = hash,
                             .family = of_family.text(0),
                             .user = of_family.integer(1),
                             .token_version = of_token.integer(0),
                             .expires_at_ms = of_token.integer(1)};
    if (spent.expires_at_ms <= now_ms) {
        return {};
    }
    const bool has_ended = of_family.integer(2) != 0;
    const bool is_spent = !of_token.is_null(2);
    if (!has_ended && is_spent && of_token.text(2) == next.hash) {
        return {Outcome::Done, spent};
    }
    if (has_ended || is_spent) {
        transaction.run("UPDATE refresh_families SET ended = 1 WHERE family = $1", {spent.family});
        return {Outcome::SpentBefore, spent};
    }
    next.family = spent.family;
    next.user = spent.user;
    next.token_version = spent.token_version;
    transaction.run("UPDATE refresh_tokens SET successor = $2 WHERE hash = $1", {hash, next.hash});
    insert_token(transaction, next);
    return {Outcome::Done, spent};
}

}  // namespace

// --- users ---

awaitable<std::optional<User>> SqlPeople::add(NewUser user) {
    std::optional<User> added;
    Work work = [&](Transaction& transaction) {
        auto answer = transaction.run(
            fmt::format("INSERT INTO users (creation_id, email, email_key, full_name, password_hash, role, "
                        "is_active, token_version, created_at_ms) VALUES ($1, $2, $3, $4, $5, $6, 1, 1, $7) "
                        "ON CONFLICT DO NOTHING RETURNING {}",
                        user_columns),
            {user.creation_id, user.email, user.email_key, user.full_name, user.password_hash.reveal(),
             text_of(user.role), user.created_at_ms});
        if (answer.rows.empty()) {
            // Somebody was first: this very call, when it is a repetition.
            answer = transaction.run(
                fmt::format("SELECT {} FROM users WHERE creation_id = $1 AND email_key = $2", user_columns),
                {user.creation_id, user.email_key});
        }
        added = answer.rows.empty() ? std::nullopt : std::optional(user_in(answer.rows[0]));
    };
    co_await connections_.write(std::move(work));
    co_return added;
}

awaitable<std::vector<User>> SqlPeople::users(std::string condition, std::vector<Value> parameters) {
    std::vector<User> found;
    Work work = [&](Transaction& transaction) {
        found.clear();
        for (const auto& row : transaction
                                   .run(fmt::format("SELECT {} FROM users WHERE {}", user_columns, condition),
                                        std::span<const Value>(parameters))
                                   .rows) {
            found.push_back(user_in(row));
        }
    };
    co_await connections_.read(std::move(work));
    co_return found;
}

awaitable<std::optional<User>> SqlPeople::find(UserId id) {
    std::vector<Value> parameters{id};
    auto found = co_await users("id = $1", std::move(parameters));
    co_return first_of(std::move(found));
}

awaitable<std::optional<User>> SqlPeople::find_by_email(std::string email_key) {
    std::vector<Value> parameters{std::move(email_key)};
    auto found = co_await users("email_key = $1", std::move(parameters));
    co_return first_of(std::move(found));
}

awaitable<std::vector<User>> SqlPeople::list(UserId after, std::size_t limit) {
    std::vector<Value> parameters{after, static_cast<std::int64_t>(limit)};
    co_return co_await users("id > $1 ORDER BY id LIMIT $2", std::move(parameters));
}

// Whether there was such a row: also when a first run had found it, and nobody knows whether that was
// committed.
awaitable<bool> SqlPeople::change(std::string statement, std::vector<Value> parameters) {
    bool found = false;
    Work work = [&](Transaction& transaction) {
        found = transaction.run(statement, std::span<const Value>(parameters)).changed > 0 || found;
    };
    co_await connections_.write(std::move(work));
    co_return found;
}

awaitable<bool> SqlPeople::set_password(UserId id, Secret password_hash, std::int64_t token_version) {
    std::vector<Value> parameters{id, password_hash.reveal(), token_version};
    co_return co_await change(
        "UPDATE users SET password_hash = $2, token_version = $3 WHERE id = $1 AND "
        "(token_version = $3 - 1 OR (token_version = $3 AND password_hash = $2))",
        std::move(parameters));
}

awaitable<bool> SqlPeople::renew_password_hash(UserId id, Secret present, Secret next) {
    std::vector<Value> parameters{id, present.reveal(), next.reveal()};
    co_return co_await change(
        "UPDATE users SET password_hash = $3 WHERE id = $1 AND (password_hash = $2 OR password_hash = $3)",
        std::move(parameters));
}

awaitable<bool> SqlPeople::set_token_version(UserId id, std::int64_t token_version) {
    std::vector<Value> parameters{id, token_version};
    co_return co_await change(
        "UPDATE users SET token_version = $2 WHERE id = $1 AND (token_version = $2 - 1 OR token_version = "
        "$2)",
        std::move(parameters));
}

awaitable<bool> SqlPeople::set_full_name(UserId id, std::string full_name) {
    std::vector<Value> parameters{id, std::move(full_name)};
    co_return co_await change("UPDATE users SET full_name = $2 WHERE id = $1", std::move(parameters));
}

awaitable<bool> SqlPeople::set_role(UserId id, UserRole role) {
    std::vector<Value> parameters{id, text_of(role)};
    co_return co_await change("UPDATE users SET role = $2 WHERE id = $1", std::move(parameters));
}

awaitable<bool> SqlPeople::set_active(UserId id, bool is_active) {
    std::vector<Value> parameters{id, std::int64_t{is_active ? 1 : 0}};
    co_return co_await change("UPDATE users SET is_active = $2 WHERE id = $1", std::move(parameters));
}

// The rows of all other tables refer to the user's, and go with it.
awaitable<bool> SqlPeople::erase(UserId id) {
    std::vector<Value> parameters{id};
    co_return co_await change("DELETE FROM users WHERE id = $1", std::move(parameters));
}

// --- profiles ---

awaitable<Profile> SqlPeople::profile(UserId id) {
    Profile profile;
    Work work = [&](Transaction& transaction) {
        const auto answer =
            transaction.run(fmt::format("SELECT {} FROM profiles WHERE user_id = $1", profile_columns), {id});
        profile = answer.rows.empty() ? Profile{} : profile_in(answer.rows[0]);
    };
    co_await connections_.read(std::move(work));
    co_return profile;
}

awaitable<Profile> SqlPeople::change_profile(UserId id, std::function<void(Profile&)> change) {
    Profile profile;
    Work work = [&](Transaction& transaction) {
        profile = take_profile(transaction, id);
        change(profile);
        transaction.run(
            "UPDATE profiles SET persona_name = $2, persona_style = $3, voice_id = $4, voice_speed = $5, "
            "language = $6, allowed_skills = $7, sealed_provider_keys = $8 WHERE user_id = $1",
            values_of(id, profile));
    };
    co_await connections_.write(std::move(work));
    co_return profile;
}

// --- keys ---

awaitable<void> SqlPeople::add(ApiKey key) {
    Work work = [&](Transaction& transaction) {
        transaction.run(fmt::format("INSERT INTO api_keys ({}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
                                    "ON CONFLICT (id) DO NOTHING",
                                    key_columns),
                        {key.id, key.user, key.name, key.hash, key.tail, json_of(key.scopes),
                         key.created_at_ms, key.last_used_at_ms});
    };
    co_await connections_.write(std::move(work));
}

awaitable<std::vector<ApiKey>> SqlPeople::api_keys(UserId id) {
    std::vector<ApiKey> keys;
    Work work = [&](Transaction& transaction) {
        auto statement =
            fmt::format("SELECT {} FROM api_keys WHERE user_id = $1 ORDER BY created_at_ms, id", key_columns);
        keys = keys_in(transaction.run(statement, {id}).rows);
    };
    co_await connections_.read(std::move(work));
    co_return keys;
}

awaitable<std::optional<ApiKey>> SqlPeople::find_api_key(std::string hash) {
    std::vector<ApiKey> keys;
    Work work = [&](Transaction& transaction) {
        auto statement = fmt::format("SELECT {} FROM api_keys WHERE hash = $1", key_columns);
        keys = keys_in(transaction.run(statement, {hash}).rows);
    };
    co_await connections_.read(std::move(work));
    co_return first_of(std::move(keys));
}

awaitable<bool> SqlPeople::erase_api_key(UserId id, std::string key_id) {
    std::vector<Value> parameters{id, std::move(key_id)};
    co_return co_await change("DELETE FROM api_keys WHERE user_id = $1 AND id = $2", std::move(parameters));
}

// To the minute, so that a key that is used all the time is written down rarely; and looked up first, so that
// nobody waits for the disk.
awaitable<void> SqlPeople::note_use(std::string key_id, std::int64_t at_ms) {
    constexpr std::int64_t minute_ms = 60'000;
    const std::int64_t minute = at_ms - at_ms % minute_ms;
    bool is_news = false;
    Work look = [&](Transaction& transaction) {
        is_news = !transaction
                       .run("SELECT 1 FROM api_keys WHERE id = $1 AND last_used_at_ms < $2", {key_id, minute})
                       .rows.empty();
    };
    co_await connections_.read(std::move(look));
    if (is_news) {
        Work work = [&](Transaction& transaction) {
            transaction.run("UPDATE api_keys SET last_used_at_ms = $2 WHERE id = $1 AND last_used_at_ms < $2",
                            {key_id, minute});
        };
        co_await connections_.write(std::move(work));
    }
}

// --- refresh tokens ---

awaitable<void> SqlPeople::add(RefreshToken token) {
    Work work = [&](Transaction& transaction) { insert_token(transaction, token); };
    co_await connections_.write(std::move(work));
}

awaitable<People::Exchanged> SqlPeople::exchange(std::string hash, RefreshToken next, std::int64_t now_ms) {
    Exchanged exchanged;
    Work work = [&](Transaction& transaction) { exchanged = exchange_in(transaction, hash, next, now_ms); };
    co_await connections_.write(std::move(work));
    co_return exchanged;
}

awaitable<void> SqlPeople::erase_expired(std::int64_t now_ms) {
    Work work = [&](Transaction& transaction) {
        transaction.run("DELETE FROM refresh_families WHERE expires_at_ms <= $1", {now_ms});
        transaction.run("DELETE FROM refresh_tokens WHERE expires_at_ms <= $1", {now_ms});
    };
    co_await connections_.write(std::move(work));
}

}  // namespace repartee::stores
