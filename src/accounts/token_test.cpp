#include "accounts/token.h"

#include "accounts/base64url.h"
#include "accounts/key_material.h"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace repartee::accounts {
namespace {

constexpr std::int64_t now_s = 1'700'000'000;
const WallTime now{std::chrono::seconds(now_s)};
const Secret key("sixteen bytes or more");

const TokenClaims full{
    .subject = "ink@example.org", .expires_at = now_s + 1800, .issued_at = now_s, .version = 3, .user = 7};

std::string signed_token(std::string_view header, std::string_view payload, const Secret& with = key) {
    auto token = to_base64url(header) + "." + to_base64url(payload);
    const auto signature = SigningKey(with).code_of(token);
    return token + "." + to_base64url(signature);
}

constexpr std::string_view hs256 = R"({"alg":"HS256","typ":"JWT"})";

std::string why_refused(std::string_view token, const Secret& with = key) {
    const auto claims = read_token(token, with, now);
    if (claims) {
        return "it was accepted";
    }
    EXPECT_EQ(claims.error().kind, ErrorKind::Unauthenticated);
    EXPECT_EQ(claims.error().message, "Could not validate credentials");
    return claims.error().detail;
}

TEST(AccessToken, SaysWhatWasPutIntoIt) {
    const auto token = make_token(full, key);
    EXPECT_TRUE(token.starts_with(to_base64url(hs256) + "."));
    const auto claims = read_token(token, key, now);
    ASSERT_TRUE(claims);
    EXPECT_EQ(claims->subject, full.subject);
    EXPECT_EQ(claims->expires_at, full.expires_at);
    EXPECT_EQ(claims->issued_at, full.issued_at);
    EXPECT_EQ(claims->version, full.version);
    EXPECT_EQ(claims->user, full.user);
    EXPECT_EQ(boost::json::serialize(*verified_payload(token, key)),
              R"({"sub":"ink@example.org","exp":1700001800,"iat":1700000000,"ver":3,"uid":7})");
}

// RFC 7515, appendix A.1: the example signed with HMAC-SHA-256.
TEST(AccessToken, ReadsTheExampleOfItsRfc) {
    constexpr std::string_view token =
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const Secret of_the_rfc(
        *from_base64url("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcg"
                        "UuTwjAzZr1Z9CAow"));
    const auto payload = verified_payload(token, of_the_rfc);
    ASSERT_TRUE(payload);
    EXPECT_EQ(payload->at("iss").as_string(), "joe");
    EXPECT_EQ(payload->at("exp").as_int64(), 1300819380);
    EXPECT_EQ(why_refused(token, of_the_rfc), "no sub");
}

// RFC 7519, section 6.1: an unsecured token.
TEST(AccessToken, IsNeverUnsecured) {
    EXPECT_EQ(why_refused(
                  "eyJhbGciOiJub25lIn0."
                  "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cn"
                  "VlfQ."),
              "not signed with HS256");
    const std::string payload = R"({"sub":"ink@example.org","exp":1700001800})";
    for (std::string_view header :
         {R"({"alg":"none","typ":"JWT"})", R"({"alg":"None"})", R"({"alg":"HS384","typ":"JWT"})",
          R"({"alg":"HS512"})", R"({"alg":"RS256"})", R"({"alg":"hs256"})", R"({"alg":256})",
          R"({"alg":["HS256"]})", R"({"typ":"JWT"})", R"(["HS256"])", R"("HS256")", "", "{", "null"}) {
        EXPECT_EQ(why_refused(signed_token(header, payload)), "not signed with HS256") << header;
    }
}

TEST(AccessToken, OfTheOriginalHasOnlyAnEmailAndAnEnd) {
    const auto claims =
        read_token(signed_token(hs256, R"({"sub":"ink@example.org","exp":1700001800})"), key, now);
    ASSERT_TRUE(claims);
    EXPECT_EQ(claims->subject, "ink@example.org");
    EXPECT_FALSE(claims->version);
    EXPECT_FALSE(claims->user);
    EXPECT_FALSE(claims->issued_at);
}

TEST(AccessToken, IsOfOneKey) {
    EXPECT_EQ(why_refused(make_token(full, Secret("another key altogether"))), "the signature is wrong");
    EXPECT_EQ(why_refused(make_token(full, Secret())), "the signature is wrong");
}

TEST(AccessToken, LastsUntilItsEndAndNotASecondLonger) {
    const auto token = make_token(full, key);
    EXPECT_TRUE(read_token(token, key, WallTime(std::chrono::seconds(full.expires_at) - 1ms)));
    EXPECT_EQ(read_token(token, key, WallTime(std::chrono::seconds(full.expires_at))).error().detail,
              "expired");
    auto long_ago = full;
    long_ago.expires_at = std::numeric_limits<std::int64_t>::min();
    EXPECT_EQ(why_refused(make_token(long_ago, key)), "expired");
}

TEST(AccessToken, IsNotFromTheFuture) {
    auto ahead = full;
    ahead.issued_at = now_s + clock_difference.count();
    EXPECT_TRUE(read_token(make_token(ahead, key), key, now));
    ahead.issued_at = now_s + clock_difference.count() + 1;
    EXPECT_EQ(why_refused(make_token(ahead, key)), "from the future");
    EXPECT_EQ(why_refused(signed_token(hs256, R"({"sub":"a","exp":1700001800,"nbf":1700000001})")),
              "not good yet");
    EXPECT_TRUE(
        read_token(signed_token(hs256, R"({"sub":"a","exp":1700001800,"nbf":1700000000})"), key, now));
}

TEST(AccessToken, HasClaimsOfTheRightKind) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {R"({"exp":1700001800})", "no sub"},
        {R"({"sub":"","exp":1700001800})", "no sub"},
        {R"({"sub":7,"exp":1700001800})", "no sub"},
        {R"({"sub":"a"})", "no exp"},
        {R"({"sub":"a","exp":null})", "exp is no whole number"},
        {R"({"sub":"a","exp":"1700001800"})", "exp is no whole number"},
        {R"({"sub":"a","exp":1700001800.5})", "exp is no whole number"},
        {R"({"sub":"a","exp":1.7e9})", "exp is no whole number"},
        {R"({"sub":"a","exp":18446744073709551615})", "exp is no whole number"},
        {R"({"sub":"a","exp":true})", "exp is no whole number"},
        {R"({"sub":"a","exp":1700001800,"iat":"now"})", "iat is no whole number"},
        {R"({"sub":"a","exp":1700001800,"ver":1.5})", "ver is no whole number"},
        {R"({"sub":"a","exp":1700001800,"uid":"7"})", "uid is no whole number"},
        {R"(["sub","a"])", "no JSON object"},
        {R"({"sub":"a","exp":1700001800)", "no JSON object"},
        {"", "no JSON object"},
    };
    for (const auto& [payload, why] : cases) {
        EXPECT_EQ(why_refused(signed_token(hs256, payload)), why) << payload;
    }
    EXPECT_EQ(
        why_refused(signed_token(R"({"alg":"HS256","crit":["exp"]})", R"({"sub":"a","exp":1700001800})")),
        "of a type that is not known");
    EXPECT_EQ(why_refused(signed_token(R"({"alg":"HS256","typ":"JWE"})", R"({"sub":"a","exp":1700001800})")),
              "of a type that is not known");
}

TEST(AccessToken, EveryOtherByteMakesItAnother) {
    const auto token = make_token(full, key);
    for (std::size_t at = 0; at < token.size(); ++at) {
        for (const char other : {'A', 'B', '_', '=', '.', '\0', ' '}) {
            if (token[at] == other) {
                continue;
            }
            auto tampered = token;
            tampered[at] = other;
            EXPECT_FALSE(read_token(tampered, key, now)) << at;
        }
    }
}

TEST(AccessToken, IsWholeAndNothingElse) {
    const auto token = make_token(full, key);
    for (std::size_t length = 0; length < token.size(); ++length) {
        EXPECT_FALSE(read_token(std::string_view(token).substr(0, length), key, now)) << length;
    }
    for (const auto& other : {token + "=", token + ".", "." + token, token + "." + token, " " + token,
                              token + "\n", token + "AA", std::string("...."), std::string("..")}) {
        EXPECT_FALSE(read_token(other, key, now)) << other;
    }
}

TEST(AccessToken, IsNotLookedAtWhenItIsHuge) {
    EXPECT_EQ(why_refused(std::string(10'000'000, '.')), "too large");
    auto wordy = full;
    wordy.subject = std::string(largest_token, 'x');
    EXPECT_EQ(why_refused(make_token(wordy, key)), "too large");
}

}  // namespace
}  // namespace repartee::accounts
