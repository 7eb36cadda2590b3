// Access tokens: JSON Web Tokens signed with HMAC-SHA-256 (RFC 7515, 7519), as the original back end makes
// them. Pure: any thread, the time is an argument.
//
// Written here, because libjwt as Debian 12 has it (1.10.2) lets a token choose its algorithm, knows no `exp`
// and brings a second JSON library, and because what is needed of JWT is a page.
//
// The key is SECRET_KEY itself, so that other programs that share it can make and check tokens, as they could
// with the original.
#pragma once

#include "accounts/key_material.h"
#include "base/clock.h"
#include "base/error.h"
#include "vocabulary/owner.h"

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace repartee::accounts {

// Nothing larger is looked at.
inline constexpr std::size_t largest_token = 4096;  // bytes

// How far clocks of two machines may be apart: a token from further ahead is refused.
inline constexpr std::chrono::seconds clock_difference{60};

struct TokenClaims {
    std::string subject;          // `sub`: the user's e-mail
    std::int64_t expires_at = 0;  // `exp`: seconds since 1970
    // Not in tokens of the original:
    std::optional<std::int64_t> issued_at = {};  // `iat`: seconds since 1970
    std::optional<std::int64_t> version = {};    // `ver`: the user's token version
    std::optional<UserId> user = {};             // `uid`
};

std::string make_token(const TokenClaims& claims, const SigningKey& key);

// The claims of a token that is ours, whole and good at `now`. Otherwise Unauthenticated, with the same words
// for every reason; the reason is in `detail`, which never has anything of the token.
//
// Refused is also: another algorithm than HS256 (before anything else is looked at), base64 in any but its
// one canonical form, `crit`, an `exp` that is no whole number, an `iat` more than `clock_difference` ahead,
// an `nbf` that has not come. Keys nobody asks for are ignored.
Result<TokenClaims> read_token(std::string_view token, const SigningKey& key, WallTime now);

// The same without a look at the claims: what is in it, once the signature is right.
Result<boost::json::object> verified_payload(std::string_view token, const SigningKey& key);

}  // namespace repartee::accounts
