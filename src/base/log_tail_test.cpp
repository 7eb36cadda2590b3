#include "base/log_tail.h"

#include <gmock/gmock.h>

namespace repartee {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

constexpr auto text = &LogTail::Line::text;

TEST(LogTail, TellsWhatHasComeSince) {
    LogTail tail(3);
    EXPECT_EQ(tail.last_number(), 0U);
    for (const char* line : {"one", "two", "three", "four"}) {
        tail.add(LogLevel::Info, 7, line);
    }
    EXPECT_EQ(tail.last_number(), 4U);
    EXPECT_THAT(tail.behind(0), ElementsAre(Field(text, "two"), Field(text, "three"), Field(text, "four")));
    EXPECT_THAT(tail.behind(3), ElementsAre(Field(text, "four")));
    EXPECT_THAT(tail.behind(4), IsEmpty());
}

TEST(LogTail, KeepsNothingThatCannotBeShown) {
    LogTail tail;
    tail.add(LogLevel::Info, 7,
             "a\xff"
             "b");
    tail.add(LogLevel::Info, 7, std::string(2 * LogTail::longest_text, 'x'));
    EXPECT_EQ(tail.behind(0)[0].text,
              "a\xEF\xBF\xBD"
              "b");
    EXPECT_EQ(tail.behind(0)[1].text.size(), LogTail::longest_text);
}

TEST(LogTail, IsWrittenByALog) {
    auto tail = std::make_shared<LogTail>();
    testing::internal::CaptureStderr();
    Log({.format = LogOptions::Format::Console}, tail)
        .with({{"session", "a1"}})
        .warning("broke", {{"ms", 2}});
    Log({.format = LogOptions::Format::Json}, tail).error("broke", {{"ms", 2}});
    Log({.level = LogLevel::Warning}, tail).info("quiet");
    testing::internal::GetCapturedStderr();
    EXPECT_THAT(tail->behind(0), ElementsAre(Field(text, "broke  session=a1  ms=2"),
                                             Field(text, R"({"event":"broke","ms":2})")));
    EXPECT_EQ(tail->behind(0)[0].level, LogLevel::Warning);
    EXPECT_EQ(tail->behind(0)[1].level, LogLevel::Error);
    EXPECT_GT(tail->behind(0)[0].at_ms, 1'600'000'000'000);
}

}  // namespace
}  // namespace repartee
