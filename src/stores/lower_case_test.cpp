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

TEST(LowerCase, LeavesWhatIsNoText) {
    EXPECT_EQ(lower_case("A\xFF"
                         "B\xC3"),
              "a\xFF"
              "b\xC3");
}

}  // namespace
}  // namespace repartee::stores
