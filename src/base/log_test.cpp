#include "base/log.h"

#include <gmock/gmock.h>

namespace repartee {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

TEST(Log, ConsoleLinesQuoteOnlyWhatNeedsIt) {
    std::vector<std::string> lines;
    auto log = Log::into(lines, {.format = LogOptions::Format::Console});
    log.info("turn ended",
             {{"turn", "a1.2"}, {"reason", "two words"}, {"bytes", 12}, {"ms", 1.25}, {"ok", true}});
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_THAT(lines[0],
                EndsWith("turn ended  turn=a1.2  reason=\"two words\"  bytes=12  ms=1.2  ok=true\n"));
}

TEST(Log, JsonLinesAreObjects) {
    std::vector<std::string> lines;
    auto log = Log::into(lines, {.format = LogOptions::Format::Json}).with({{"session", "a1"}});
    log.warning("broke \"off\"", {{"detail", "line\nbreak"}});
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_THAT(
        lines[0],
        HasSubstr(R"("level":"warning","event":"broke \"off\"","session":"a1","detail":"line\nbreak"})"));
}

TEST(Log, BelowTheLevelNothingIsWritten) {
    std::vector<std::string> lines;
    auto log = Log::into(lines, {.level = LogLevel::Warning});
    log.info("quiet");
    EXPECT_TRUE(lines.empty());
}

TEST(Log, TextsAreStarsUnlessAskedFor) {
    std::vector<std::string> lines;
    EXPECT_EQ(Log::into(lines, {.texts = false}).text("secret words"), "*** (12 bytes)");
    EXPECT_EQ(Log::into(lines, {.texts = true}).text("open words"), "open words");
}

}  // namespace
}  // namespace repartee
