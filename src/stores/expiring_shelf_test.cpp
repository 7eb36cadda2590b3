#include "stores/expiring_shelf.h"

#include <gtest/gtest.h>

#include <string>

namespace repartee::stores {
namespace {

constexpr TimePoint begin{};

class ExpiringShelfOfTexts : public testing::Test {
protected:
    ExpiringShelf<std::string, std::string> shelf{{.most = 3, .most_bytes = 100, .lifetime = 1h}};

    bool has(const std::string& key, TimePoint now = begin) { return shelf.look(key, now) != nullptr; }
};

TEST_F(ExpiringShelfOfTexts, KeepsALifetimeFromTheLastUse) {
    shelf.keep("a", "A", 1, begin);
    shelf.keep("b", "B", 1, begin + 10min);
    EXPECT_TRUE(has("a", begin + 59min));
    shelf.renew("a", 2, begin + 59min);
    EXPECT_FALSE(has("b", begin + 70min));
    EXPECT_EQ(*shelf.look("a", begin + 118min), "A");
    EXPECT_FALSE(has("a", begin + 119min));
    EXPECT_EQ(shelf.bytes(), 0U);
}

TEST_F(ExpiringShelfOfTexts, LetsGoOfWhatNobodyHasUsedForLongest) {
    for (const auto* key : {"a", "b", "c"}) {
        shelf.keep(key, key, 1, begin);
    }
    shelf.renew("a", 1, begin);
    shelf.keep("d", "d", 1, begin);
    EXPECT_FALSE(has("b"));
    EXPECT_TRUE(has("a") && has("c") && has("d"));
    EXPECT_EQ(shelf.size(), 3U);
}

TEST_F(ExpiringShelfOfTexts, KeepsNoMoreBytesThanItMay) {
    shelf.keep("a", "A", 60, begin);
    shelf.keep("b", "B", 60, begin);
    EXPECT_FALSE(has("a"));
    EXPECT_EQ(shelf.bytes(), 60U);
    shelf.keep("huge", "H", 1000, begin);
    EXPECT_FALSE(has("huge"));
    EXPECT_EQ(shelf.bytes(), 0U);
}

TEST_F(ExpiringShelfOfTexts, ErasesAllThatBelongTogether) {
    for (const auto* key : {"a1", "b1", "b2"}) {
        shelf.keep(key, key, 10, begin);
    }
    shelf.erase_from("b", [](const std::string& key) { return key.starts_with("b"); });
    EXPECT_TRUE(has("a1"));
    EXPECT_FALSE(has("b1") || has("b2"));
    shelf.erase("never there");
    EXPECT_EQ(shelf.bytes(), 10U);
}

}  // namespace
}  // namespace repartee::stores
