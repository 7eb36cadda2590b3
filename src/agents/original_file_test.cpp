#include "agents/original_file.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace repartee::agents {

namespace {

using testing::HasSubstr;

std::string mistake_in(std::string_view text) {
    FileMistakes mistakes;
    auto object = parse_original(text, "a.json", mistakes);
    EXPECT_EQ(object.has_value(), mistakes.empty());
    if (mistakes.empty()) {
        return "";
    }
    return std::to_string(mistakes[0].line) + ":" + std::to_string(mistakes[0].column) + " " +
           mistakes[0].message;
}

TEST(OriginalFile, SaysWhereItStopsBeingJson) {
    EXPECT_EQ(mistake_in("{}"), "");
    EXPECT_EQ(mistake_in("\xEF\xBB\xBF {\"a\": 1}\r\n"), "");
    EXPECT_THAT(mistake_in("{\n  \"ä\": 1,\n}"), HasSubstr("3:"));
    EXPECT_THAT(mistake_in("{\"a\": tru}"), HasSubstr("this cannot be read as JSON"));
    EXPECT_THAT(mistake_in("{\"a\": 1} x"), HasSubstr("1:10 there is something behind the end"));
    EXPECT_THAT(mistake_in("{\"a\": 1"), HasSubstr("incomplete"));
    EXPECT_THAT(mistake_in(""), HasSubstr("incomplete"));
    EXPECT_THAT(mistake_in("{\"a\": \"\xFF\"}"), HasSubstr("JSON"));
    EXPECT_THAT(mistake_in("[1]"), HasSubstr("found a list; it must be an object"));
    EXPECT_THAT(mistake_in(std::string(100, '[')), HasSubstr("JSON"));
    EXPECT_THAT(mistake_in(std::string(largest_file + 1, ' ')), HasSubstr("larger than 1 MiB"));
}

class FilePartTest : public testing::Test {
protected:
    FilePart part_of(std::string_view text) {
        object = boost::json::parse(text).as_object();
        return {&object, "", file, mistakes};
    }
    std::string only_mistake() {
        EXPECT_EQ(mistakes.size(), 1u);
        return mistakes.empty() ? "" : mistakes[0].key + ": " + mistakes[0].message;
    }

    boost::json::object object;
    std::string file = "c.json";
    FileMistakes mistakes;
};

TEST_F(FilePartTest, TakesWhatIsThereAndWhatIsNot) {
    auto part =
        part_of(R"({"t":"x","f":true,"n":0.5,"w":7,"whole":7.0,"l":["a"],"o":{"t":"deep"},"null":null})");
    EXPECT_EQ(part.text("t"), "x");
    EXPECT_EQ(part.flag("f"), true);
    EXPECT_EQ(part.number("n", 0, 1), 0.5);
    EXPECT_EQ(part.number("w", 0, 10), 7);
    EXPECT_EQ(part.whole_number("w", 0, 10), 7);
    EXPECT_EQ(part.whole_number("whole", 0, 10), 7);
    EXPECT_EQ(part.texts("l"), std::vector<std::string>{"a"});
    EXPECT_EQ(part.part("o").text("t"), "deep");
    for (auto key : {"null", "absent"}) {
        EXPECT_EQ(part.text(key), std::nullopt);
        EXPECT_EQ(part.flag(key), std::nullopt);
        EXPECT_EQ(part.number(key, 0, 1), std::nullopt);
        EXPECT_EQ(part.texts(key), std::nullopt);
        EXPECT_FALSE(part.part(key).present());
        EXPECT_EQ(part.part(key).part("more").text("t"), std::nullopt);
    }
    EXPECT_TRUE(mistakes.empty());
}

TEST_F(FilePartTest, TellsWhatItFoundInstead) {
    auto part =
        part_of(R"({"o":{"n":"fast","w":7.5,"l":["a",1],"t":{"x":1},"f":"yes","big":99,"p":7}})").part("o");
    EXPECT_EQ(part.number("n", 0.5, 2), std::nullopt);
    EXPECT_EQ(only_mistake(), "o.n: found \"fast\"; it must be a number from 0.5 to 2");
    mistakes.clear();
    EXPECT_EQ(part.whole_number("w", 0, 10), std::nullopt);
    EXPECT_EQ(only_mistake(), "o.w: found 7.5E0; it must be a whole number from 0 to 10");
    mistakes.clear();
    EXPECT_EQ(part.number("big", 0, 10), std::nullopt);
    EXPECT_EQ(only_mistake(), "o.big: found 99; it must be a number from 0 to 10");
    mistakes.clear();
    EXPECT_EQ(part.clamped("big", 0, 10), 10);
    EXPECT_TRUE(mistakes.empty());
    (void)part.texts("l");
    (void)part.text("t");
    (void)part.flag("f");
    (void)part.part("p");
    ASSERT_EQ(mistakes.size(), 4u);
    EXPECT_EQ(mistakes[0].message, "found a list; it must be a list of texts, [\"a\", \"b\"]");
    EXPECT_EQ(mistakes[1].message, "found an object; it must be a text in quotes");
    EXPECT_EQ(mistakes[2].message, "found \"yes\"; it must be true or false");
    EXPECT_EQ(mistakes[3].message, "found 7; it must be an object, {...}");
    EXPECT_EQ(mistakes[3].file, "c.json");
}

TEST_F(FilePartTest, KeepsSecretsAndCutsLongValuesShort) {
    auto part = part_of(R"({"key":12345678,"long":")" + std::string(500, 'x') + "\"}");
    EXPECT_EQ(part.secret("key"), std::nullopt);
    EXPECT_EQ(only_mistake(), "key: found a number; it must be a text in quotes");
    mistakes.clear();
    (void)part.flag("long");
    EXPECT_LT(only_mistake().size(), 120u);
}

}  // namespace

}  // namespace repartee::agents
