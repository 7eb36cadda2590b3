#include "config/toml_tree.h"

#include <gtest/gtest.h>

namespace repartee::config {
namespace {

std::string mistake_in(std::string_view text) {
    const auto parsed = parse_toml(text);
    return parsed ? "" : parsed.error().message;
}

TEST(TomlTree, KeepsValuesAndPlaces) {
    const auto parsed = parse_toml("[a]\nb = [1, 2.5, \"x\"]\n  c = true\nd = 2024-01-01\n");
    ASSERT_TRUE(parsed);
    const auto* a = std::get_if<TomlNode::Table>(&find(*parsed, "a")->value);
    ASSERT_NE(a, nullptr);
    const auto& list = std::get<TomlNode::Array>(find(*a, "b")->value);
    EXPECT_EQ(std::get<std::int64_t>(list[0].value), 1);
    EXPECT_EQ(std::get<double>(list[1].value), 2.5);
    EXPECT_EQ(std::get<std::string>(list[2].value), "x");
    EXPECT_EQ(find(*a, "c")->at.line, 3);
    EXPECT_EQ(find(*a, "c")->at.column, 7);
    EXPECT_EQ(a->at(1).at.column, 3);
    EXPECT_TRUE(std::holds_alternative<TomlDate>(find(*a, "d")->value));
    EXPECT_EQ(find(*a, "e"), nullptr);
}

TEST(TomlTree, ExplainsWhatIsNoToml) {
    EXPECT_EQ(mistake_in("host = localhost"),
              "this cannot be read as TOML: no value begins like this; texts need quotes");
    EXPECT_EQ(mistake_in("a = 1\na = 2"),
              "this cannot be read as TOML: Error while parsing key-value pair: cannot redefine existing "
              "integer 'a'");
    EXPECT_NE(mistake_in("a = \"\xFF\""), "");
}

TEST(TomlTree, QuotesNoNumbersThatMayBeKeys) {
    EXPECT_EQ(mistake_in("key = 12345678901234567890123"),
              "this cannot be read as TOML: a number that is too large or malformed");
    EXPECT_EQ(mistake_in("key = 1e99999"),
              "this cannot be read as TOML: a number that is too large or malformed");
}

TEST(TomlTree, RefusesWhatWouldOverrunTheStack) {
    std::string dots;
    for (int i = 0; i < 200000; ++i) {
        dots += "a.";
    }
    const std::string deep_key = "a key in this file has too many dots";
    EXPECT_EQ(mistake_in(dots + "a = 1"), deep_key);
    EXPECT_EQ(mistake_in("[" + dots + "a]"), deep_key);
    EXPECT_EQ(mistake_in("x = \"\"\"\n\"\"\"\n" + dots + "a = 1"), deep_key);
    EXPECT_EQ(mistake_in("x = [ # '\n{ y = \"\\\"\", " + dots + "a = 1 } ]"), deep_key);

    std::string brackets = "a = ";
    brackets.append(100000, '[');
    EXPECT_NE(mistake_in(brackets), "");
    EXPECT_EQ(mistake_in("a = " + std::string(80, '[') + std::string(80, ']')),
              "values in this file are nested too deeply");
    EXPECT_NE(mistake_in(std::string(2 * 1024 * 1024, '\n')), "");
}

TEST(TomlTree, DotsInTextsAndCommentsAreFine) {
    const std::string dots(200, '.');
    EXPECT_EQ(mistake_in("a = \"" + dots + "\"\n# " + dots + "\nb = '" + dots + "'\nc = \"\"\"\n" + dots +
                         "\"\"\"\"\"\n" + "d = [0.1, 0.2]\n"),
              "");
}

}  // namespace
}  // namespace repartee::config
