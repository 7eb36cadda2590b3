#include "conversation/filler.h"

#include <gtest/gtest.h>

namespace repartee::conversation {
namespace {

TEST(Filler, SpeaksTheLanguageOrNone) {
    EXPECT_EQ(filler_in("en-GB"), "One moment, please.");
    EXPECT_EQ(filler_in("de"), "Einen Moment, bitte.");
    EXPECT_EQ(filler_in("tlh"), "");
    EXPECT_EQ(filler_in(""), "");
}

}  // namespace
}  // namespace repartee::conversation
