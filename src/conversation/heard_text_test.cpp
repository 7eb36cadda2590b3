#include "conversation/heard_text.h"

#include <gtest/gtest.h>

namespace repartee::conversation {
namespace {

TEST(HeardText, CountsWhatHasBeenPlayedNotWhatWasSent) {
    HeardText heard;
    TimePoint start{10s};
    heard.sent(start, 1s, 5);  // both sent at once, played one after the other
    heard.sent(start, 1s, 9);
    EXPECT_EQ(heard.heard_bytes(start), 0U);
    EXPECT_EQ(heard.heard_bytes(start + 999ms), 0U);
    EXPECT_EQ(heard.heard_bytes(start + 1s), 5U);
    EXPECT_EQ(heard.heard_bytes(start + 2s), 9U);
    EXPECT_EQ(heard.silent_at(), start + 2s);
}

TEST(HeardText, APauseInSendingIsAPauseInPlaying) {
    HeardText heard;
    TimePoint start{10s};
    heard.sent(start, 1s, 5);
    heard.sent(start + 5s, 1s, 9);
    EXPECT_EQ(heard.heard_bytes(start + 5s), 5U);
    EXPECT_EQ(heard.heard_bytes(start + 6s), 9U);
}

struct PartCase {
    std::string reply;
    std::size_t bytes;
    std::string part;
};

TEST(HeardPart, EndsWithAWholeWord) {
    for (const auto& [reply, bytes, part] : std::vector<PartCase>{
             {"one two three", 0, ""},
             {"one two three", 2, ""},
             {"one two three", 3, "one"},
             {"one two three", 4, "one"},
             {"one two three", 6, "one"},
             {"one two three", 7, "one two"},
             {"one two three", 13, "one two three"},
             {"one two three", 99, "one two three"},
             {"一二三四", 6, "一二"},
             {"一二三四", 7, "一二"},
         }) {
        EXPECT_EQ(heard_part(reply, bytes), part) << reply << " " << bytes;
    }
}

}  // namespace
}  // namespace repartee::conversation
