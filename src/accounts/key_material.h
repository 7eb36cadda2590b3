// What keys, tokens and their traces are made of, by OpenSSL. Any thread; throws Failure{Internal} where
// OpenSSL cannot (no memory).
#pragma once

#include "base/secret.h"

#include <memory>
#include <string>
#include <string_view>

namespace repartee::accounts {

// That nobody can guess.
std::string random_bytes(std::size_t count);

std::string sha256_hex(std::string_view text);

// HMAC-SHA-256 with one key. OpenSSL takes several times as long to make ready for a key as to use it, so it
// does that once.
class SigningKey {
public:
    // Implicit: a secret is a key, for whoever signs but once.
    SigningKey(const Secret& secret);  // NOLINT(google-explicit-constructor)
    ~SigningKey();
    SigningKey(const SigningKey&) = delete;
    SigningKey& operator=(const SigningKey&) = delete;

    std::string code_of(std::string_view text) const;  // 32 bytes

private:
    struct State;
    std::unique_ptr<const State> state_;
};

// 32 bytes of HKDF (RFC 5869): keys with different labels tell nothing of each other, nor of the secret.
std::string derived_key(const Secret& secret, std::string_view label);

}  // namespace repartee::accounts
