#include "stores/redis/session_keys.h"

#include <boost/algorithm/hex.hpp>
#include <fmt/format.h>
#include <openssl/evp.h>

#include <iterator>

namespace repartee::stores::redis {

namespace {

// 128 bits of SHA-256 in hexadecimal: no two are ever alike.
std::string hashed(const std::string& text) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_Digest(text.data(), text.size(), digest, &length, EVP_sha256(), nullptr);
    std::string name;
    boost::algorithm::hex_lower(digest, digest + 16, std::back_inserter(name));
    return name;
}

}  // namespace

SessionNames names_of(const std::string& prefix, const SessionKey& key) {
    return {
        .session = fmt::format("{}:{{{}}}:session:{}", prefix, hashed(key.owner.key()), hashed(key.session)),
        .index = index_of(prefix, key.owner)};
}

std::string index_of(const std::string& prefix, const Owner& owner) {
    return fmt::format("{}:{{{}}}:sessions", prefix, hashed(owner.key()));
}

}  // namespace repartee::stores::redis
