#include "accounts/token.h"

#include "accounts/base64url.h"
#include "accounts/credentials.h"
#include "accounts/email.h"
#include "accounts/key_material.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <openssl/crypto.h>

#include <array>

namespace repartee::accounts {

namespace {

namespace json = boost::json;

constexpr std::string_view our_header = R"({"alg":"HS256","typ":"JWT"})";

// Header, payload, signature; nothing where there are not three.
std::optional<std::array<std::string_view, 3>> parts_of(std::string_view token) {
    const auto first = token.find('.');
    const auto last = token.rfind('.');
    if (first == std::string_view::npos || first == last || token.find('.', first + 1) != last) {
        return std::nullopt;
    }
    return std::array{token.substr(0, first), token.substr(first + 1, last - first - 1),
                      token.substr(last + 1)};
}

std::optional<json::object> object_in(std::string_view part) {
    const auto text = from_base64url(part);
    if (!text) {
        return std::nullopt;
    }
    boost::system::error_code not_json;
    auto value = json::parse(*text, not_json);
    if (not_json || !value.is_object()) {
        return std::nullopt;
    }
    return std::move(value.get_object());
}

bool is_text(const json::object& object, std::string_view name, std::string_view text) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() && value->get_string() == text;
}

// What is absent, a whole number, or (an Error) something else.
Result<std::optional<std::int64_t>> number_in(const json::object& claims, std::string_view name) {
    const auto* value = claims.if_contains(name);
    if (value == nullptr) {
        return std::optional<std::int64_t>();
    }
    if (!value->is_int64()) {
        return not_validated(fmt::format("{} is no whole number", name));
    }
    return std::optional(value->get_int64());
}

Result<TokenClaims> claims_in(const json::object& payload) {
    const auto* subject = payload.if_contains("sub");
    if (subject == nullptr || !subject->is_string() || subject->get_string().empty() ||
        subject->get_string().size() > longest_email) {
        return not_validated("no sub");
    }
    std::array<std::optional<std::int64_t>, 5> numbers;
    constexpr std::array<std::string_view, 5> names{"exp", "nbf", "iat", "ver", "uid"};
    for (std::size_t index = 0; index < names.size(); ++index) {
        auto number = number_in(payload, names[index]);
        if (!number) {
            return number.error();
        }
        numbers[index] = *number;
    }
    const auto& [expires_at, not_before, issued_at, version, user] = numbers;
    if (!expires_at) {
        return not_validated("no exp");
    }
    TokenClaims claims{.subject = std::string(subject->get_string()),
                       .expires_at = *expires_at,
                       .issued_at = issued_at,
                       .version = version,
                       .user = user};
    return claims;
}

}  // namespace

std::string make_token(const TokenClaims& claims, const SigningKey& key) {
    json::object payload{{"sub", claims.subject}, {"exp", claims.expires_at}};
    if (claims.issued_at) {
        payload["iat"] = *claims.issued_at;
    }
    if (claims.version) {
        payload["ver"] = *claims.version;
    }
    if (claims.user) {
        payload["uid"] = *claims.user;
    }
    auto token = to_base64url(our_header) + "." + to_base64url(json::serialize(payload));
    const auto signature = key.code_of(token);
    return token + "." + to_base64url(signature);
}

Result<json::object> verified_payload(std::string_view token, const SigningKey& key) {
    if (token.size() > largest_token) {
        return not_validated("too large");
    }
    const auto parts = parts_of(token);
    if (!parts) {
        return not_validated("not of three parts");
    }
    const auto& [header_part, payload_part, signature_part] = *parts;
    const auto header = object_in(header_part);
    if (!header || !is_text(*header, "alg", "HS256")) {
        return not_validated("not signed with HS256");
    }
    if (header->contains("crit") || (header->contains("typ") && !is_text(*header, "typ", "JWT"))) {
        return not_validated("of a type that is not known");
    }
    const auto signature = from_base64url(signature_part);
    const auto expected = key.code_of(token.substr(0, token.size() - signature_part.size() - 1));
    if (!signature || signature->size() != expected.size() ||
        CRYPTO_memcmp(signature->data(), expected.data(), expected.size()) != 0) {
        return not_validated("the signature is wrong");
    }
    auto payload = object_in(payload_part);
    if (!payload) {
        return not_validated("no JSON object");
    }
    return std::move(*payload);
}

Result<TokenClaims> read_token(std::string_view token, const SigningKey& key, WallTime now) {
    const auto payload = verified_payload(token, key);
    if (!payload) {
        return payload.error();
    }
    auto claims = claims_in(*payload);
    if (!claims) {
        return claims.error();
    }
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    if (claims->expires_at <= seconds) {
        return not_validated("expired");
    }
    if (claims->issued_at && *claims->issued_at > seconds + clock_difference.count()) {
        return not_validated("from the future");
    }
    if (const auto* not_before = payload->if_contains("nbf");
        not_before != nullptr && not_before->get_int64() > seconds) {
        return not_validated("not good yet");
    }
    return claims;
}

}  // namespace repartee::accounts
