#include "engines/rules/pattern.h"

#include <gtest/gtest.h>

namespace repartee::engines::rules {
namespace {

// The captures with bars between, or "no".
std::string matched(std::string_view pattern, std::string_view text) {
    const auto words = split_words(text);
    const auto captures = match(pattern, words);
    if (!captures) {
        return "no";
    }
    std::string all;
    for (const auto& capture : *captures) {
        all += (all.empty() ? "" : " | ") + joined(capture);
    }
    return all;
}

TEST(Pattern, MatchesAllWordsOrNone) {
    EXPECT_EQ(matched("what time is it", "What time is it?"), "");
    EXPECT_EQ(matched("what time is it", "what time is it now"), "no");
    EXPECT_EQ(matched("what time is it", "what time is"), "no");
    EXPECT_EQ(matched("what time is it", ""), "no");
}

TEST(Pattern, KnowsAlternativesAndOptionalWords) {
    EXPECT_EQ(matched("set|start [a|the] timer", "start the timer"), "");
    EXPECT_EQ(matched("set|start [a|the] timer", "set timer"), "");
    EXPECT_EQ(matched("set|start [a|the] timer", "set my timer"), "no");
}

TEST(Pattern, CapturesAsLittleAsItCan) {
    EXPECT_EQ(matched("remember [that] *", "Remember that Zoe likes tea"), "Zoe likes tea");
    EXPECT_EQ(matched("add * to *", "add one to two to three"), "one | two to three");
    EXPECT_EQ(matched("remember *", "remember"), "no");
}

TEST(Pattern, LetsGapsBeEmpty) {
    EXPECT_EQ(matched("... time ... left ...", "how much time is left on it"), "");
    EXPECT_EQ(matched("... time ... left ...", "time left"), "");
    EXPECT_EQ(matched("... time ... left ...", "left time"), "no");
}

}  // namespace
}  // namespace repartee::engines::rules
