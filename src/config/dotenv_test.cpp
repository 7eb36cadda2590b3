#include "config/dotenv.h"

#include <gmock/gmock.h>

namespace repartee::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string value_in(std::string_view text, std::string_view name = "NAME") {
    const DotEnv parsed = parse_dotenv(text);
    EXPECT_THAT(to_text(parsed.mistakes), IsEmpty()) << text;
    const Variable* variable = parsed.variables.find(name);
    return variable != nullptr ? variable->value : "(not set)";
}

TEST(DotEnv, ReadsValues) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"NAME=value", "value"},
        {"NAME = value \t", "value"},
        {"  NAME=value", "value"},
        {"export NAME=value", "value"},
        {"export\tNAME=value", "value"},
        {"name=value", "value"},
        {"NAME=", ""},
        {"NAME=  ", ""},
        {"NAME=a=b", "a=b"},
        {"NAME=value # comment", "value"},
        {"NAME=# comment", ""},
        {"NAME=a#b", "a#b"},
        {"NAME=it's", "it's"},
        {"NAME=$HOME", "$HOME"},
        {"NAME=C:\\new", "C:\\new"},
        {"NAME=\"two words\"", "two words"},
        {"NAME=\"a # b\" # comment", "a # b"},
        {"NAME=\"a#b\"#comment", "a#b"},
        {R"(NAME="line\nnext\ttab \"quoted\" back\\slash")", "line\nnext\ttab \"quoted\" back\\slash"},
        {R"(NAME="\d")", "\\d"},
        {R"(NAME='a\nb "c" \' \\')", R"(a\nb "c" ' \)"},
        {"NAME=''", ""},
        {"NAME='first\nsecond'\n", "first\nsecond"},
        {"NAME=\"first\r\nsecond\"\r\n", "first\nsecond"},
        {"NAME=value\r\n", "value"},
        {"NAME=\"value\"\r\n", "value"},
        {"\xEF\xBB\xBFNAME=value", "value"},
        {"# NAME=comment\n\n \t\nNAME=value", "value"},
        {"NAME=first\nNAME=second", "second"},
        {"NAME=[\"a\", \"b\"]", "[\"a\", \"b\"]"},
        {"EXPORT=1\nNAME=value", "value"},
        {"", "(not set)"},
        {"NAMES=1", "(not set)"},
    };
    for (const auto& [text, expected] : cases) {
        EXPECT_EQ(value_in(text), expected) << text;
    }
}

TEST(DotEnv, AVariableMayBeCalledExport) {
    EXPECT_EQ(value_in("export=1", "export"), "1");
    EXPECT_EQ(value_in("exported=1", "EXPORTED"), "1");
}

TEST(DotEnv, RemembersLines) {
    const DotEnv parsed = parse_dotenv("A=1\n\nB='x\ny'\nC=3\n");
    EXPECT_EQ(parsed.variables.find("A")->line, 1);
    EXPECT_EQ(parsed.variables.find("B")->line, 3);
    EXPECT_EQ(parsed.variables.find("C")->line, 5);
}

TEST(DotEnv, TellsEveryMistakeAndReadsTheRest) {
    const DotEnv parsed = parse_dotenv(
        "GOOD=1\n"
        "sk-nothing-but-a-key\n"
        "=value\n"
        "TWO WORDS=value\n"
        "OPEN=\"never closed\n"
        "LATE='a' b\n"
        "ALSO=2\n");
    EXPECT_EQ(
        to_text(parsed.mistakes),
        ".env:2: this line is no NAME=value, no comment and not empty\n"
        ".env:3: what stands before the = is no name of a variable: a letter, then letters, digits or _\n"
        ".env:4: what stands before the = is no name of a variable: a letter, then letters, digits or _\n"
        ".env:5: OPEN: the quote that opens the value is never closed\n"
        ".env:6: LATE: something follows the quote that closes the value; only a comment may\n");
    EXPECT_EQ(parsed.variables.find("good")->value, "1");
    EXPECT_EQ(parsed.variables.find("also")->value, "2");
    EXPECT_EQ(parsed.variables.size(), 2u);
}

TEST(Environment, NamesKnowNoCase) {
    const Environment environment = {{"Http_Port", "1"}};
    EXPECT_EQ(environment.find("HTTP_PORT")->value, "1");
    EXPECT_EQ(environment.find("http_port")->name, "Http_Port");
    EXPECT_EQ(environment.find("HTTP_PORTS"), nullptr);
}

TEST(Environment, UpperCaseBeatsOtherSpellings) {
    EXPECT_EQ((Environment{{"host", "a"}, {"HOST", "b"}}.find("host")->value), "b");
    EXPECT_EQ((Environment{{"HOST", "b"}, {"host", "a"}}.find("host")->value), "b");
    EXPECT_EQ((Environment{{"host", "a"}, {"Host", "b"}}.find("host")->value), "b");
}

TEST(Environment, OfTheProcessIsThere) {
    EXPECT_FALSE(environment_of_process().empty());
}

}  // namespace
}  // namespace repartee::config
