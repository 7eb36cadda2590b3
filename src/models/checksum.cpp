#include "models/checksum.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <new>
#include <span>

namespace repartee::models {

struct Checksum::State {
    using Digest = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

    static Digest fresh() {
        Digest digest(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
        if (!digest) {
            throw std::bad_alloc();
        }
        return digest;
    }

    Digest digest = fresh();
};

Checksum::Checksum(Kind kind) : state_(std::make_unique<State>()) {
    EVP_DigestInit_ex(state_->digest.get(), kind == Kind::Sha1 ? EVP_sha1() : EVP_sha256(), nullptr);
}

Checksum::~Checksum() = default;
Checksum::Checksum(Checksum&&) noexcept = default;
Checksum& Checksum::operator=(Checksum&&) noexcept = default;

void Checksum::add(std::string_view bytes) {
    EVP_DigestUpdate(state_->digest.get(), bytes.data(), bytes.size());
}

std::string Checksum::text() const {
    auto copy = State::fresh();
    EVP_MD_CTX_copy_ex(copy.get(), state_->digest.get());
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int size = 0;
    EVP_DigestFinal_ex(copy.get(), bytes.data(), &size);
    std::string text;
    for (auto byte : std::span(bytes).first(size)) {
        fmt::format_to(std::back_inserter(text), "{:02x}", byte);
    }
    return text;
}

bool is_sum(Checksum::Kind kind, std::string_view text) {
    constexpr std::size_t sha1_digits = 40;
    constexpr std::size_t sha256_digits = 64;
    auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    return text.size() == (kind == Checksum::Kind::Sha1 ? sha1_digits : sha256_digits) &&
           std::ranges::all_of(text, is_digit);
}

}  // namespace repartee::models
