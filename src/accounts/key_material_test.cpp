#include "accounts/key_material.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace repartee::accounts {
namespace {

std::string hex(std::string_view bytes) {
    std::string text;
    for (const char byte : bytes) {
        text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    }
    return text;
}

TEST(KeyMaterial, IsThatOfTheRfcs) {
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    // RFC 4231, case 2.
    const SigningKey jefe(Secret("Jefe"));
    for (int time = 0; time < 2; ++time) {
        EXPECT_EQ(hex(jefe.code_of("what do ya want for nothing?")),
                  "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
    EXPECT_EQ(hex(SigningKey(Secret()).code_of("")),
              "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
    // RFC 5869, case 3, as far as 32 bytes.
    EXPECT_EQ(hex(derived_key(Secret(std::string(22, '\x0b')), "")),
              "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
}

TEST(KeyMaterial, IsAnotherForEachLabelAndEachTime) {
    const Secret secret("a secret of this server");
    EXPECT_EQ(derived_key(secret, "one"), derived_key(secret, "one"));
    EXPECT_NE(derived_key(secret, "one"), derived_key(secret, "two"));
    EXPECT_EQ(random_bytes(32).size(), 32U);
    EXPECT_NE(random_bytes(32), random_bytes(32));
}

}  // namespace
}  // namespace repartee::accounts
