#include "accounts/sealed_text.h"

#include "accounts/base64url.h"
#include "accounts/key_material.h"

#include <openssl/evp.h>

#include <memory>

namespace repartee::accounts {

namespace {

constexpr std::string_view sealed_version = "v1.";
constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

Cipher new_cipher() {
    Cipher cipher(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    if (!cipher) {
        throw Failure(ErrorKind::Internal, "internal error", "OpenSSL: no cipher");
    }
    return cipher;
}

const unsigned char* as_input(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* as_output(std::string& bytes) {
    return reinterpret_cast<unsigned char*>(bytes.data());
}

int length_of(std::string_view bytes) {
    return static_cast<int>(bytes.size());
}

Error does_not_open(std::string_view why) {
    return {ErrorKind::Unprocessable, "The stored key cannot be read any more. Please enter it again.",
            std::string(why)};
}

}  // namespace

SealingKey::SealingKey(const Secret& secret_key) : key_(derived_key(secret_key, "repartee sealed text v1")) {}

std::string SealingKey::seal(const Secret& text, std::string_view context) const {
    const auto& plain = text.reveal();
    if (plain.size() > largest_sealed / 2) {
        throw Failure(ErrorKind::Unprocessable, "The key is too long.");
    }
    const auto nonce = random_bytes(nonce_size);
    std::string hidden(plain.size(), '\0');
    std::string tag(tag_size, '\0');
    const auto cipher = new_cipher();
    int size = 0;
    const bool sealed =
        EVP_EncryptInit_ex2(cipher.get(), EVP_aes_256_gcm(), as_input(key_), as_input(nonce), nullptr) == 1 &&
        EVP_EncryptUpdate(cipher.get(), nullptr, &size, as_input(context), length_of(context)) == 1 &&
        EVP_EncryptUpdate(cipher.get(), as_output(hidden), &size, as_input(plain), length_of(plain)) == 1 &&
        EVP_EncryptFinal_ex(cipher.get(), as_output(hidden) + size, &size) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_size, tag.data()) == 1;
    if (!sealed) {
        throw Failure(ErrorKind::Internal, "internal error", "OpenSSL: sealing failed");
    }
    return std::string(sealed_version) + to_base64url(nonce + hidden + tag);
}

Result<Secret> SealingKey::open(std::string_view sealed, std::string_view context) const {
    if (sealed.size() > largest_sealed || !sealed.starts_with(sealed_version)) {
        return does_not_open("not of a version that is known");
    }
    const auto bytes = from_base64url(sealed.substr(sealed_version.size()));
    if (!bytes || bytes->size() < nonce_size + tag_size) {
        return does_not_open("not sealed text");
    }
    const std::string_view whole = *bytes;
    const auto nonce = whole.substr(0, nonce_size);
    const auto hidden = whole.substr(nonce_size, whole.size() - nonce_size - tag_size);
    std::string tag(whole.substr(whole.size() - tag_size));
    std::string plain(hidden.size(), '\0');
    const auto cipher = new_cipher();
    int size = 0;
    const bool opened =
        EVP_DecryptInit_ex2(cipher.get(), EVP_aes_256_gcm(), as_input(key_), as_input(nonce), nullptr) == 1 &&
        EVP_DecryptUpdate(cipher.get(), nullptr, &size, as_input(context), length_of(context)) == 1 &&
        EVP_DecryptUpdate(cipher.get(), as_output(plain), &size, as_input(hidden), length_of(hidden)) == 1 &&
        EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_size, tag.data()) == 1 &&
        EVP_DecryptFinal_ex(cipher.get(), as_output(plain) + size, &size) == 1;
    if (!opened) {
        return does_not_open("another key, another context, or changed");
    }
    return Secret(std::move(plain));
}

}  // namespace repartee::accounts
