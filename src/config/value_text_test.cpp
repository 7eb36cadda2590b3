#include "config/value_text.h"

#include <gmock/gmock.h>

namespace repartee::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

TEST(BooleanText, KnowsTheUsualWords) {
    for (const std::string_view text : {"true", "TRUE", "Yes", "on", "1", " t ", "y"}) {
        EXPECT_THAT(boolean_from(text), Optional(true)) << text;
    }
    for (const std::string_view text : {"false", "False", "no", "OFF", "0", "f", "n"}) {
        EXPECT_THAT(boolean_from(text), Optional(false)) << text;
    }
    for (const std::string_view text : {"", "2", "yess", "enabled", "tru e"}) {
        EXPECT_EQ(boolean_from(text), std::nullopt) << text;
    }
}

TEST(NumberText, TakesTheWholeText) {
    EXPECT_THAT(whole_number_from(" 42 "), Optional(42));
    EXPECT_THAT(whole_number_from("-7"), Optional(-7));
    EXPECT_THAT(whole_number_from("+7"), Optional(7));
    for (const std::string_view text :
         {"", "4.5", "12ab", "0x10", "9223372036854775808", "+-1", "+", "1 2"}) {
        EXPECT_EQ(whole_number_from(text), std::nullopt) << text;
    }
    EXPECT_THAT(number_from("0.85"), Optional(0.85));
    EXPECT_THAT(number_from("1e3"), Optional(1000.0));
    for (const std::string_view text : {"", "nan", "inf", "-infinity", "1,5", "1e999", "0.5x"}) {
        EXPECT_EQ(number_from(text), std::nullopt) << text;
    }
}

TEST(DurationText, KnowsUnits) {
    EXPECT_THAT(duration_from("250", 1ms), Optional(250ms));
    EXPECT_THAT(duration_from("120", 1s), Optional(120s));
    EXPECT_THAT(duration_from("1.5", 1min), Optional(90s));
    EXPECT_THAT(duration_from("250ms", 1s), Optional(250ms));
    EXPECT_THAT(duration_from("1.5s", 1ms), Optional(1500ms));
    EXPECT_THAT(duration_from("2min", 1ms), Optional(2min));
    EXPECT_THAT(duration_from("1h", 1ms), Optional(1h));
    EXPECT_THAT(duration_from(" 2 min ", 1ms), Optional(2min));
    EXPECT_THAT(duration_from("-1s", 1ms), Optional(-1000ms));
    for (const std::string_view text :
         {"", "ms", "s", "2m", "2 minutes", "1d", "1s500ms", "infs", "1e300h", "nan"}) {
        EXPECT_EQ(duration_from(text, 1ms), std::nullopt) << text;
    }
}

TEST(DurationText, ReadsBackWhatItWrites) {
    const std::pair<std::chrono::milliseconds, std::string_view> cases[] = {
        {0ms, "0ms"}, {1ms, "1ms"},       {250ms, "250ms"}, {999ms, "999ms"}, {1s, "1s"},   {1500ms, "1.5s"},
        {90s, "90s"}, {1550ms, "1550ms"}, {2min, "2min"},   {61min, "61min"}, {24h, "24h"}, {-2s, "-2s"},
    };
    for (const auto& [duration, text] : cases) {
        EXPECT_EQ(duration_text(duration), text);
        EXPECT_THAT(duration_from(text, 1ms), Optional(duration)) << text;
    }
}

TEST(ListText, TakesJsonAndWordsBetweenCommas) {
    EXPECT_THAT(list_from(R"(["*"])"), Optional(ElementsAre("*")));
    EXPECT_THAT(list_from(R"( ["http://a", "http://b"] )"), Optional(ElementsAre("http://a", "http://b")));
    EXPECT_THAT(list_from("[]"), Optional(IsEmpty()));
    EXPECT_THAT(list_from("a"), Optional(ElementsAre("a")));
    EXPECT_THAT(list_from(" a , b,,c, "), Optional(ElementsAre("a", "b", "c")));
    EXPECT_THAT(list_from(""), Optional(IsEmpty()));
    for (const std::string_view text : {"[1]", "[\"a\"", "[\"a\"] b", "[[\"a\"]]", "[a]"}) {
        EXPECT_EQ(list_from(text), std::nullopt) << text;
    }
}

TEST(TomlText, EscapesWhatItMust) {
    EXPECT_EQ(in_quotes("plain"), R"("plain")");
    EXPECT_EQ(in_quotes("a\"b\\c\nd\te\x01"), R"("a\"b\\c\nd\te\u0001")");
    EXPECT_EQ(in_quotes("gr\xC3\xBC\xC3\x9F"), "\"gr\xC3\xBC\xC3\x9F\"");
    EXPECT_EQ(in_quotes("\xFF"), "\"\xEF\xBF\xBD\"");
    EXPECT_EQ(key_text("a-b_1"), "a-b_1");
    EXPECT_EQ(key_text("a b"), "\"a b\"");
    EXPECT_EQ(key_text(""), "\"\"");
    EXPECT_EQ(number_text(2), "2.0");
    EXPECT_EQ(number_text(0.85), "0.85");
}

}  // namespace
}  // namespace repartee::config
