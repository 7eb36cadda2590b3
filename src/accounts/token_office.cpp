#include "accounts/token_office.h"

#include "accounts/base64url.h"
#include "accounts/credentials.h"
#include "accounts/email.h"
#include "accounts/key_material.h"
#include "accounts/token.h"

#include <string_view>

namespace repartee::accounts {

namespace {

constexpr std::string_view refresh_beginning = "rt_";
// Of users that were there before their tokens had a version.
constexpr std::int64_t first_version = 1;

bool is_same_email(std::string_view one, std::string_view other) {
    const auto first = read_email(one);
    const auto second = read_email(other);
    return first && second && first->key == second->key;
}

// Numbers of users might come again in a store, and e-mails do: a token from before its user was there is
// somebody else's.
bool is_older_than(const TokenClaims& claims, const stores::User& user) {
    return claims.issued_at && *claims.issued_at + clock_difference.count() < user.created_at_ms / 1000;
}

}  // namespace

TokenOffice::TokenOffice(const AccountSettings& settings, const Secret& secret_key, stores::People& people,
                         KnownUsers& users, Clock& clock, Log log)
    : access_lifetime_(settings.access_token_lifetime),
      refresh_lifetime_(settings.refresh_token_lifetime),
      key_(secret_key),
      people_(people),
      users_(users),
      clock_(clock),
      log_(std::move(log)) {}

NewRefreshToken TokenOffice::new_refresh_token() const {
    NewRefreshToken token;
    token.text = std::string(refresh_beginning) + to_base64url(random_bytes(32));
    token.record.hash = sha256_hex(token.text);
    token.record.expires_at_ms = wall_ms(clock_) + refresh_lifetime_.count();
    return token;
}

Tokens TokenOffice::tokens_for(const stores::User& user, std::string refresh) const {
    const auto now = wall_ms(clock_) / 1000;
    const auto lifetime = std::chrono::ceil<std::chrono::seconds>(access_lifetime_);
    const TokenClaims claims{.subject = user.email,
                             .expires_at = now + lifetime.count(),
                             .issued_at = now,
                             .version = user.token_version,
                             .user = user.id};
    return {make_token(claims, key_), std::move(refresh), lifetime};
}

awaitable<Tokens> TokenOffice::issue(stores::User user, Stay stay) {
    if (stay == Stay::Short) {
        co_return tokens_for(user, {});
    }
    auto refresh = new_refresh_token();
    refresh.record.family = sha256_hex(random_bytes(32));
    refresh.record.user = user.id;
    refresh.record.token_version = user.token_version;
    co_await people_.add(std::move(refresh.record));
    co_return tokens_for(user, std::move(refresh.text));
}

awaitable<Tokens> TokenOffice::exchange(std::string refresh_token, std::string peer) {
    if (!is_random_text(refresh_token, refresh_beginning)) {
        throw Failure(not_validated("not a refresh token"));
    }
    auto hash = sha256_hex(refresh_token);
    // The store says Done again to the same next one, if the family has not ended meanwhile.
    const auto next = just_spent_.exchanged_for(hash, peer, new_refresh_token(), clock_.now());
    auto record = next.record;
    const auto exchanged = co_await people_.exchange(std::move(hash), std::move(record), wall_ms(clock_));
    if (exchanged.outcome != stores::People::Exchange::Done) {
        just_spent_.forget(next);
    }
    if (exchanged.outcome == stores::People::Exchange::SpentBefore) {
        log_.warning("a refresh token came twice; all that came from it are ended",
                     {{"user", exchanged.spent.user}});
    }
    if (exchanged.outcome != stores::People::Exchange::Done) {
        throw Failure(not_validated("a refresh token that is spent or unknown"));
    }
    const auto user = co_await users_.find(exchanged.spent.user);
    if (!user || !user->is_active || user->token_version != exchanged.spent.token_version) {
        throw Failure(not_validated("a refresh token of a user who is out"));
    }
    co_return tokens_for(*user, next.text);
}

awaitable<stores::User> TokenOffice::holder_of(std::string access_token) {
    const auto claims = read_token(access_token, key_, clock_.wall());
    if (!claims) {
        throw Failure(claims.error());
    }
    std::optional<stores::User> user;
    if (claims->user) {
        user = co_await users_.find(*claims->user);
    } else if (const auto email = read_email(claims->subject)) {
        user = co_await people_.find_by_email(email->key);
    }
    if (!user || !user->is_active || !is_same_email(user->email, claims->subject) ||
        user->token_version != claims->version.value_or(first_version) || is_older_than(*claims, *user)) {
        throw Failure(not_validated("a token of a user who is out"));
    }
    user->password_hash = {};
    co_return std::move(*user);
}

}  // namespace repartee::accounts
