#include "accounts/email.h"

#include <gtest/gtest.h>

namespace repartee::accounts {
namespace {

TEST(Email, IsWhateverWasTypedAndUniqueWithoutCaseAndSpace) {
    const auto email = read_email("  Ink@Example.ORG\r\n");
    ASSERT_TRUE(email);
    EXPECT_EQ(email->address, "Ink@Example.ORG");
    EXPECT_EQ(email->key, "ink@example.org");
    EXPECT_TRUE(read_email("no address at all"));
    EXPECT_TRUE(read_email("' OR 1=1; --"));
    EXPECT_EQ(read_email("MÜLLER@x")->key, "mÜller@x");
    EXPECT_EQ(read_email("\u0130@x")->key, "\u0130@x");
}

TEST(Email, CanBeKeptComparedAndShown) {
    EXPECT_TRUE(read_email(std::string(longest_email, 'x')));
    const std::string bad[] = {"",
                               " \t ",
                               std::string(longest_email + 1, 'x'),
                               "a\nb@c",
                               std::string("a\0b", 3),
                               "a\x7F",
                               "a\u0085b",
                               "caf\xE9@x"};
    for (const auto& text : bad) {
        const auto email = read_email(text);
        ASSERT_FALSE(email) << text;
        EXPECT_EQ(email.error().kind, ErrorKind::Unprocessable);
        EXPECT_FALSE(email.error().message.empty());
    }
}

TEST(Name, MayBeEmptyButNotEndless) {
    EXPECT_EQ(*read_name(" ", "A name", 5), "");
    EXPECT_EQ(*read_name(" Zoë ", "A name", 5), "Zoë");
    EXPECT_EQ(read_name("123456", "A name", 5).error().message, "A name has at most 5 bytes.");
}

}  // namespace
}  // namespace repartee::accounts
