#include "accounts/sealed_text.h"

#include <gtest/gtest.h>

namespace repartee::accounts {
namespace {

const Secret of_server("the secret of this server");

TEST(SealedText, OpensWhereItBelongs) {
    const SealingKey sealing(of_server);
    for (const auto& text : {std::string("sk-of-a-provider"), std::string(), std::string(8000, 'x')}) {
        const auto sealed = sealing.seal(Secret(text), "user/7/openai");
        EXPECT_TRUE(sealed.starts_with("v1."));
        EXPECT_EQ(sealed.find("provider"), std::string::npos);
        const auto opened = SealingKey(of_server).open(sealed, "user/7/openai");
        ASSERT_TRUE(opened);
        EXPECT_EQ(opened->reveal(), text);
    }
}

TEST(SealedText, IsAnotherEachTime) {
    const SealingKey sealing(of_server);
    EXPECT_NE(sealing.seal(Secret("same"), "user/7/openai"), sealing.seal(Secret("same"), "user/7/openai"));
}

TEST(SealedText, OpensNowhereElse) {
    const SealingKey sealing(of_server);
    const auto sealed = sealing.seal(Secret("sk-of-a-provider"), "user/7/openai");
    EXPECT_FALSE(sealing.open(sealed, "user/8/openai"));
    EXPECT_FALSE(sealing.open(sealed, "user/7/gemini"));
    EXPECT_FALSE(sealing.open(sealed, ""));
    const auto elsewhere = SealingKey(Secret("the secret of another server")).open(sealed, "user/7/openai");
    ASSERT_FALSE(elsewhere);
    EXPECT_EQ(elsewhere.error().kind, ErrorKind::Unprocessable);
    EXPECT_EQ(elsewhere.error().message, "The stored key cannot be read any more. Please enter it again.");
}

TEST(SealedText, IsWholeAndUnchanged) {
    const SealingKey sealing(of_server);
    const auto sealed = sealing.seal(Secret("sk"), "here");
    for (std::size_t at = 0; at < sealed.size(); ++at) {
        auto changed = sealed;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(sealing.open(changed, "here")) << at;
        EXPECT_FALSE(sealing.open(sealed.substr(0, at), "here")) << at;
    }
    for (const auto& other : {sealed + "A", sealed + "=", "v2" + sealed.substr(2), std::string("sk-plain"),
                              std::string(1'000'000, 'A')}) {
        EXPECT_FALSE(sealing.open(other, "here"));
    }
}

TEST(SealedText, IsNotMadeTooLongToOpen) {
    const SealingKey sealing(of_server);
    EXPECT_THROW(sealing.seal(Secret(std::string(largest_sealed, 'x')), "here"), Failure);
}

}  // namespace
}  // namespace repartee::accounts
