#include "stores/lower_case.h"

#include <gtest/gtest.h>

namespace repartee::stores {
namespace {

TEST(LowerCase, KnowsAllAlphabets) {
    EXPECT_EQ(lower_case("My CAT 42"), "my cat 42");
    EXPECT_EQ(lower_case("ÉCOLE, ÄÖÜ, ЧЁРНЫЙ, ΩΜΕΓΑ"), "école, äöü, чёрный, ωμεγα");
    EXPECT_EQ(lower_case("猫 नमस्ते 🐈"), "猫 नमस्ते 🐈");
    EXPECT_EQ(lower_case(""), "");
}

TEST(LowerCase, IsTheSameWhereverALetterStands) {
    for (std::size_t before = 0; before < 20; ++before) {
        EXPECT_EQ(lower_case(std::string(before, 'A') + "ÉCOLE Straße, Z"),
                  std::string(before, 'a') + "école straße, z");
    }
    EXPECT_EQ(lower_case("\xF0\x90\x90\x80"), "\xF0\x90\x90\xA8");  // of an alphabet that few know
}

TEST(SoughtWord, IsFoundInAnyCase) {
    SoughtWord school("École");
    EXPECT_TRUE(school.is_in("une ÉCOLE"));
    EXPECT_TRUE(school.is_in("écoles"));
    EXPECT_FALSE(school.is_in("ecole"));
    EXPECT_FALSE(school.is_in(""));
    SoughtWord cat("cat");
    EXPECT_TRUE(cat.is_in("My CAT is called Ink"));
    EXPECT_FALSE(cat.is_in("My c a t"));
    EXPECT_TRUE(SoughtWord("").is_in("anything"));
    EXPECT_TRUE(SoughtWord("").is_in(""));
    EXPECT_TRUE(SoughtWord("50%").is_in("50% off"));
    EXPECT_FALSE(SoughtWord("50%").is_in("50 off"));
}

TEST(LowerCase, LeavesWhatIsNoText) {
    EXPECT_EQ(lower_case("A\xFF"
                         "B\xC3"),
              "a\xFF"
              "b\xC3");
}

}  // namespace
}  // namespace repartee::stores
