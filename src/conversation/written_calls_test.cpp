#include "conversation/written_calls.h"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace repartee::conversation {
namespace {

// What a conversation makes of a text: text as it is, messages in <>, calls behind them.
std::string told(const std::vector<WrittenPiece>& pieces) {
    std::string all;
    for (const auto& piece : pieces) {
        if (const auto* text = std::get_if<std::string>(&piece)) {
            all += *text;
            continue;
        }
        const auto& reply = std::get<WrittenReply>(piece);
        all += "<" + reply.message + ">";
        for (const auto& call : reply.calls) {
            all += fmt::format("{}{}{}", call.name, boost::json::serialize(call.parameters),
                               call.needs_confirmation ? "?" : "");
        }
    }
    return all;
}

std::string read(std::string_view text, std::size_t step) {
    WrittenCalls filter;
    std::string all;
    for (std::size_t at = 0; at < text.size(); at += step) {
        all += told(filter.push(text.substr(at, step)));
    }
    return all + told(filter.finish());
}

void expect_table(const std::vector<std::pair<std::string, std::string>>& rows) {
    for (const auto& [written, understood] : rows) {
        EXPECT_EQ(read(written, written.size() + 1), understood) << written;
        EXPECT_EQ(read(written, 1), understood) << "byte by byte: " << written;
        EXPECT_EQ(read(written, 7), understood) << "in pieces: " << written;
    }
}

constexpr auto calling =
    R"({"message":"Calling Mom.","action":{"name":"call","params":{"target":"Mom"},"needs_confirmation":true}})";
constexpr auto called = R"(<Calling Mom.>call{"target":"Mom"}?)";

TEST(WrittenCalls, LetTextPass) {
    expect_table({
        {"", ""},
        {"It is three o'clock.", "It is three o'clock."},
        {"  \n Hello.\n", "  \n Hello.\n"},
        {"The set {1, 2, 3} and {x}.", "The set {1, 2, 3} and {x}."},
        {"a[0] = b[{i}]; `x` ``y`` <b>c</b> < 3 <tool", "a[0] = b[{i}]; `x` ``y`` <b>c</b> < 3 <tool"},
        {"{", "{"},
        {"[ {", "[ {"},
        {"``", "``"},
        {"```json\n{", "```json\n{"},
    });
}

TEST(WrittenCalls, LetTextPassAtOnce) {
    WrittenCalls filter;
    EXPECT_EQ(told(filter.push("One, two")), "One, two");
    EXPECT_EQ(told(filter.push(", {three")), ", {three");
    EXPECT_EQ(told(filter.push("} `")), "} ");
    EXPECT_EQ(told(filter.push("four` {\"")), "`four` ");
    EXPECT_EQ(told(filter.push("five\":5} six")), "{\"five\":5} six");
}

TEST(WrittenCalls, AreFoundWhereverModelsWriteThem) {
    const std::string object = calling;
    expect_table({
        {object, called},
        {"\n\n  " + object + "\n", called},
        {"```json\n" + object + "\n```", called},
        {"```json\n" + object + "\n```\n", called},
        {"```\n" + object + "```", called},
        {"```JSON " + object, called},
        {"```tool_call\n" + object + "\n```", called},
        {"<tool_call>\n" + object + "\n</tool_call>", called},
        {"Sure! " + object, std::string("Sure! ") + called},
        {"Sure!\n```json\n" + object + "\n```\nBye.", std::string("Sure!\n") + called + "Bye."},
        {"Sure!" + object + " Bye.", std::string("Sure!") + called + " Bye."},
        {object + object, std::string(called) + called},
        {object + "\n" + object + " x", std::string(called) + called + "x"},
        {"```json\n" + object + "\n" + object + "\n```", std::string(called) + called},
        {"[" + object + "," + object + "]",
         R"(<Calling Mom. Calling Mom.>call{"target":"Mom"}?call{"target":"Mom"}?)"},
        {"Use {braces}. " + object, std::string("Use {braces}. ") + called},
    });
}

TEST(WrittenCalls, AreUnderstoodInManyForms) {
    expect_table({
        {R"({"response":"Hi.","action":null})", "<Hi.>"},
        {R"({"action":null,"message":"Hi."})", "<Hi.>"},
        {R"({"message":"Hi.","action":"none"})", "<Hi.>"},
        {R"({"message":"Hi.","action":{}})", "<Hi.>"},
        {R"({"message":"Hi.","action":[]})", "<Hi.>"},
        {R"({"message":"Hi.","action":false})", "<Hi.>"},
        {R"({"message":"Hi."})", "<Hi.>"},
        {R"({"message":5,"action":null})", "<5>"},
        {R"({"message":{"a":1},"action":null})", "<>"},
        {R"({"message":null,"action":{"name":"media"}})", "<>media{}"},
        {R"({"message":"a \"b\" \u00e9\n{c}","action":null})", "<a \"b\" \xC3\xA9\n{c}>"},
        {R"({"action":{"name":"Call","arguments":{"target":"Mom"}}})", R"(<>call{"target":"Mom"})"},
        {R"({"action":{"name":" call ","parameters":{"target":"Mom"}}})", R"(<>call{"target":"Mom"})"},
        {R"({"action":{"name":"call","params":"{\"target\":\"Mom\"}"}})", R"(<>call{"target":"Mom"})"},
        {R"({"action":{"name":"call","params":"Mom"}})", "<>call{}"},
        {R"({"action":{"name":"call","params":["Mom"]}})", "<>call{}"},
        {R"({"action":{"name":"call","params":null}})", "<>call{}"},
        {R"({"action":{"name":"call","target":"Mom","needs_confirmation":"true"}})",
         R"(<>call{"target":"Mom"}?)"},
        {R"({"message":"m","action":{"name":5,"params":{}}})", "<m>5{}"},
        {R"({"message":"m","action":{"params":{}}})", "<m>"},
        {R"({"message":"m","action":{"name":{"a":1}}})", "<m>"},
        {R"({"message":"m","action":"call","params":{"target":"Mom"}})", R"(<m>call{"target":"Mom"})"},
        {R"({"action":"call","params":{"target":"Mom"}})", R"(<>call{"target":"Mom"})"},
        {R"({"actions":[{"name":"a"},{"name":"b"},7]})", "<>a{}b{}"},
        {R"({"name":"call","parameters":{"target":"Mom"}})", R"(<>call{"target":"Mom"})"},
        {R"([{"name":"call","arguments":{"target":"Mom"}}])", R"(<>call{"target":"Mom"})"},
        {R"({"type":"function","function":{"name":"call","arguments":"{\"target\":\"Mom\"}"}})",
         R"(<>call{"target":"Mom"})"},
        {R"({"tool_calls":[{"name":"call","arguments":{}}]})", "<>call{}"},
        {R"({"response":{"message":"m","action":{"name":"a"}}})", "<m>a{}"},
        {R"({"message":"{\"message\":\"m\",\"action\":{\"name\":\"a\"}}","action":null})", "<m>a{}"},
        {R"({"message":"m","message":"n","action":null})", "<n>"},
        {R"({"message":"m","action":{"name":"timer","params":{"duration":5,},},})",
         R"(<m>timer{"duration":5})"},
        {"{ \"message\": \"two\nlines\", // really\n \"action\": null }", "<two\nlines>"},
    });
}

TEST(WrittenCalls, ThatAreBrokenSayTheirMessageAndDoNothing) {
    expect_table({
        {R"({"message":"Calling Mom.","action":{"name":"call")", "<Calling Mom.>"},
        {R"({"message":"Calling M)", "<Calling M>"},
        {R"({"message":"Caf\u00)", "<Caf>"},
        {"{\"message\":\"Caf\xC3", "<Caf>"},
        {R"({"message":"a\)", "<a>"},
        {R"({"message":)", "<>"},
        {R"({"action":{"name":"call","params":{"target":"Mom"})", "<>"},
        {R"({"action":{"name":"call","params":{"target:"Mom"}},"message":"m"} Bye.)", "<>"},
        {R"({"action":{"name" "call"},"message":"m"} Bye.)", "<m>Bye."},
        {R"({"message":"m" "action":{"name":"call"}} Bye.)", "<m>Bye."},
        {R"({"message":"m","action":{"name":'call'}})", "<m>"},
        {R"({"name":"call","arguments":{"target")", "<>"},
        {"```json\n{\"message\":\"m\",\"action\":{\"name\n```", "<m>"},
        {"Well. {\"message\":\"m\",\"action\":", "Well. <m>"},
    });
}

TEST(WrittenCalls, LeaveOtherJsonToTheReader) {
    for (const auto* text :
         {R"({"name":"Ink","legs":4})", R"({"action":"jump","height":3})", R"({"action":{"height":3}})",
          R"({})", R"([{"a":1},{"b":2}])", R"([{"message":"m"},{"message":"n"}])", R"({"a":{"message":"m"}})",
          R"({"name":"Ink","parameters":{"a":1},"price":3})", R"({"user":{"name":"call","params":{}}})",
          R"({"name":"Ink","parameters":3})", "Here: {\"message\":\"m\"}", "{\"message\":\"m\"} is it.",
          "```json\n{\"a\":1}\n```\nThat is it: {\"b\":[]}", "```json\n{\"message\":\"m\"}\n``` is it.",
          "{\"cat\":\"Ink\"", "{\"cat\":", "```cpp\nint main() { f({\"message\", \"action\"}); }\n```",
          "```sh\ncurl -d '{\"message\":\"m\",\"action\":null}'\n```"}) {
        expect_table({{text, text}});
    }
}

TEST(WrittenCalls, AreBounded) {
    auto long_message = R"({"message":"m","action":{"name":"call","params":{"target":")" +
                        std::string(3 * WrittenCalls::longest_object, 'x') + R"("}}} Bye.)";
    auto long_list = R"({"list":[)" + std::string(WrittenCalls::longest_object, ' ') + R"("x"]} Bye.)";
    auto deep = R"({"message":"m","action":{"name":"call","params":)" + std::string(5000, '[') +
                std::string(5000, ']') + "}} Bye.";
    auto deep_text = "{\"a\":" + std::string(5000, '[') + std::string(5000, ']') + "} Bye.";
    auto gap = "{" + std::string(5000, ' ') + "\"a\":1}";
    std::string many = R"({"action":[)";
    for (int count = 0; count < 50; ++count) {
        many += R"({"name":"a"},)";
    }
    expect_table({{long_message, "<m>Bye."},
                  {long_list, long_list},
                  {deep, "<m>Bye."},
                  {deep_text, deep_text},
                  {gap, gap},
                  {many + "1]}", "<>a{}a{}a{}a{}a{}a{}a{}a{}"},
                  {std::string(1000, '{'), std::string(1000, '{')},
                  {std::string(1000, '`'), std::string(1000, '`')}});
}

}  // namespace
}  // namespace repartee::conversation
