#include "engines/wishes.h"

#include <gtest/gtest.h>

namespace repartee::engines {
namespace {

TEST(Keys, PlaceholdersAreNone) {
    for (const char* text : {"", "sk-...", "sk-...your-key", "your-api-key", "YOUR_KEY", "<key>", "changeme",
                             "change-this", "sk-xxxxxxxx", "a key"}) {
        EXPECT_FALSE(is_a_key(Secret(text))) << text;
    }
    for (const char* text : {"sk-proj-9fKq2", "AIzaSyD4", "test", "k"}) {
        EXPECT_TRUE(is_a_key(Secret(text))) << text;
    }
}

}  // namespace
}  // namespace repartee::engines
