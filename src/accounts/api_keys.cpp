#include "accounts/api_keys.h"

#include "accounts/accounts.h"
#include "accounts/base64url.h"
#include "accounts/credentials.h"
#include "accounts/email.h"
#include "accounts/key_material.h"

#include <fmt/format.h>

#include <algorithm>

namespace repartee::accounts {

namespace {

constexpr std::string_view key_beginning = "rk_";
constexpr std::size_t longest_key_name = 100;  // bytes
constexpr std::size_t shown_of_key = 4;        // characters, to tell keys apart
constexpr std::int64_t use_is_noted_each_ms = 60'000;
constexpr std::string_view of_admins = "metrics";

Failure too_many_keys() {
    return {ErrorKind::Unprocessable,
            fmt::format("There are {} keys already. Please remove one first.", most_api_keys)};
}

void check_scopes(const Principal& principal, const std::vector<std::string>& wanted) {
    if (wanted.empty()) {
        throw Failure(ErrorKind::Unprocessable,
                      fmt::format("A key is for something: {}.", fmt::join(scopes, ", ")));
    }
    for (const auto& scope : wanted) {
        if (std::ranges::find(scopes, scope) == scopes.end()) {
            throw Failure(ErrorKind::Unprocessable,
                          fmt::format("There is no such scope. Known are: {}.", fmt::join(scopes, ", ")));
        }
        if (scope == of_admins && !principal.is_admin()) {
            throw Failure(ErrorKind::Forbidden, "The scope 'metrics' is for keys of admins.");
        }
    }
}

}  // namespace

bool ApiKeys::is_one(std::string_view token) {
    return token.starts_with(key_beginning);
}

awaitable<ApiKeys::Made> ApiKeys::make(Principal principal, std::string name,
                                       std::vector<std::string> wanted) {
    if (principal.by_api_key) {
        throw Failure(ErrorKind::Forbidden, "A key cannot make keys. Please log in.");
    }
    check_scopes(principal, wanted);
    std::ranges::sort(wanted);
    wanted.erase(std::ranges::unique(wanted).begin(), wanted.end());
    name = read_name(name, "The name of a key", longest_key_name).value();
    if (name.empty()) {
        throw Failure(ErrorKind::Unprocessable, "A key needs a name.");
    }
    const auto user = principal.user.id;
    const auto before = co_await people_.api_keys(user);
    if (before.size() >= most_api_keys) {
        throw too_many_keys();
    }

    Made made;
    made.key = std::string(key_beginning) + to_base64url(random_bytes(32));
    made.record.id = to_base64url(random_bytes(12));
    made.record.user = user;
    made.record.name = std::move(name);
    made.record.hash = sha256_hex(made.key);
    made.record.tail = made.key.substr(made.key.size() - shown_of_key);
    made.record.scopes = std::move(wanted);
    made.record.created_at_ms = wall_ms(clock_);
    auto record = made.record;
    co_await people_.add(std::move(record));

    // Somebody may have made one at the same time; then there may be one fewer than allowed, and never one
    // more.
    const auto after = co_await people_.api_keys(user);
    if (after.size() > most_api_keys) {
        co_await people_.erase_api_key(user, made.record.id);
        throw too_many_keys();
    }
    log_.info("made an API key", {{"user", user}, {"key", made.record.id}});
    co_return made;
}

awaitable<Principal> ApiKeys::holder_of(std::string key) {
    if (!is_random_text(key, key_beginning)) {
        throw Failure(not_validated("not an API key"));
    }
    auto record = co_await people_.find_api_key(sha256_hex(key));
    if (!record) {
        throw Failure(not_validated("an API key that is unknown"));
    }
    auto user = co_await users_.find(record->user);
    if (!user || !user->is_active) {
        throw Failure(not_validated("an API key of a user who is out"));
    }
    Principal principal{.user = std::move(*user), .by_api_key = true, .key_scopes = record->scopes};
    co_await note_use(std::move(*record));
    co_return principal;
}

awaitable<void> ApiKeys::note_use(stores::ApiKey record) {
    const auto now = wall_ms(clock_);
    if (now - record.last_used_at_ms < use_is_noted_each_ms) {
        co_return;
    }
    try {
        co_await people_.note_use(record.id, now);
    } catch (const Failure& failure) {
        // Nobody is kept out for that.
        log_.warning("the use of an API key could not be noted",
                     {{"key", record.id}, {"reason", failure.error().message}});
    }
}

}  // namespace repartee::accounts
