#include "accounts/key_material.h"

#include "base/error.h"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <array>
#include <memory>

namespace repartee::accounts {

namespace {

constexpr std::size_t sha256_size = 32;

[[noreturn]] void openssl_cannot(std::string_view what) {
    throw Failure(ErrorKind::Internal, "internal error", fmt::format("OpenSSL: {} failed", what));
}

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace

std::string random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    if (RAND_bytes(bytes_of(bytes), static_cast<int>(count)) != 1) {
        openssl_cannot("RAND_bytes");
    }
    return bytes;
}

std::string sha256_hex(std::string_view text) {
    std::array<unsigned char, sha256_size> digest{};
    if (EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) {
        openssl_cannot("EVP_Digest");
    }
    return fmt::format("{:02x}", fmt::join(digest, ""));
}

// --- signing ---

namespace {

struct FreeMac {
    void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
    void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using MacContext = std::unique_ptr<EVP_MAC_CTX, FreeMac>;

}  // namespace

struct SigningKey::State {
    MacContext ready;  // for the first byte of a text; only ever copied
};

SigningKey::SigningKey(const Secret& secret) {
    const std::unique_ptr<EVP_MAC, FreeMac> mac(EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr));
    MacContext context(mac ? EVP_MAC_CTX_new(mac.get()) : nullptr);
    std::string digest = OSSL_DIGEST_NAME_SHA2_256;
    const std::array parameters{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
                                OSSL_PARAM_construct_end()};
    const auto& bytes = secret.reveal();
    if (!context || EVP_MAC_init(context.get(), reinterpret_cast<const unsigned char*>(bytes.data()),
                                 bytes.size(), parameters.data()) != 1) {
        openssl_cannot("HMAC");
    }
    state_ = std::make_unique<const State>(std::move(context));
}

SigningKey::~SigningKey() = default;

std::string SigningKey::code_of(std::string_view text) const {
    const MacContext context(EVP_MAC_CTX_dup(state_->ready.get()));
    std::string code(sha256_size, '\0');
    std::size_t size = 0;
    if (!context || EVP_MAC_update(context.get(), bytes_of(text), text.size()) != 1 ||
        EVP_MAC_final(context.get(), bytes_of(code), &size, code.size()) != 1 || size != code.size()) {
        openssl_cannot("HMAC");
    }
    return code;
}

std::string derived_key(const Secret& secret, std::string_view label) {
    const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> derivation(
        EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, nullptr), EVP_PKEY_CTX_free);
    const auto& bytes = secret.reveal();
    std::string key(sha256_size, '\0');
    auto size = key.size();
    if (!derivation || EVP_PKEY_derive_init(derivation.get()) != 1 ||
        EVP_PKEY_CTX_set_hkdf_md(derivation.get(), EVP_sha256()) != 1 ||
        EVP_PKEY_CTX_set1_hkdf_key(derivation.get(), bytes_of(bytes), static_cast<int>(bytes.size())) != 1 ||
        EVP_PKEY_CTX_add1_hkdf_info(derivation.get(), bytes_of(label), static_cast<int>(label.size())) != 1 ||
        EVP_PKEY_derive(derivation.get(), bytes_of(key), &size) != 1) {
        openssl_cannot("HKDF");
    }
    return key;
}

}  // namespace repartee::accounts
