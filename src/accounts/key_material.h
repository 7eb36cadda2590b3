// What keys, tokens and their traces are made of, by OpenSSL. Any thread; throws Failure{Internal} where
// OpenSSL cannot (no memory).
#pragma once

#include "base/secret.h"

#include <string>
#include <string_view>

namespace repartee::accounts {

// That nobody can guess.
std::string random_bytes(std::size_t count);

std::string sha256_hex(std::string_view text);
// 32 bytes.
std::string hmac_sha256(const Secret& key, std::string_view text);

// 32 bytes of HKDF (RFC 5869): keys with different labels tell nothing of each other, nor of the secret.
std::string derived_key(const Secret& secret, std::string_view label);

}  // namespace repartee::accounts
