#include "mcp/tool.h"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

namespace repartee::mcp {
namespace {

boost::json::object object_in(std::string_view text) {
    return boost::json::parse(text).as_object();
}

TEST(McpTool, IsReadAndWritten) {
    const std::string text =
        R"({"name":"get_weather","title":"Weather","description":"Now","inputSchema":{"type":"object"},)"
        R"("outputSchema":{"type":"object"},"annotations":{"readOnlyHint":true,"destructiveHint":false},)"
        R"("execution":{"taskSupport":"required"}})";
    auto tool = parse_tool(boost::json::parse(text)).value();
    EXPECT_EQ(tool.name, "get_weather");
    EXPECT_EQ(tool.hints.read_only, true);
    EXPECT_EQ(tool.hints.destructive, false);
    EXPECT_FALSE(tool.hints.idempotent);
    EXPECT_TRUE(tool.only_as_task);
    EXPECT_EQ(boost::json::serialize(to_json(tool)), text);
    for (const auto* bad :
         {R"(7)", R"({})", R"({"name":"","inputSchema":{"type":"object"}})", R"({"name":"x"})",
          R"({"name":"x","inputSchema":{"type":"array"}})", R"({"name":"x","inputSchema":[]})"}) {
        EXPECT_FALSE(parse_tool(boost::json::parse(bad))) << bad;
    }
    EXPECT_FALSE(parse_tool(boost::json::parse(
        fmt::format(R"({{"name":"{}","inputSchema":{{"type":"object"}}}})", std::string(129, 'a')))));
}

TEST(McpTool, ResultsHaveContent) {
    auto result =
        parse_result(
            object_in(
                R"({"content":[{"type":"text","text":"31"},{"type":"image","data":"AA==","mimeType":"image/png"},)"
                R"({"type":"resource_link","uri":"file:///a","name":"a"},)"
                R"({"type":"resource","resource":{"uri":"file:///b","mimeType":"text/plain","text":"hi"}}],)"
                R"("structuredContent":{"temp":31},"isError":true})"))
            .value();
    ASSERT_EQ(result.content.size(), 4u);
    EXPECT_EQ(result.content[0].text, "31");
    EXPECT_EQ(result.content[1].media_type, "image/png");
    EXPECT_EQ(result.content[2].name, "a");
    EXPECT_EQ(result.content[3].name, "file:///b");
    EXPECT_EQ(result.content[3].text, "hi");
    EXPECT_EQ(result.structured->at("temp"), 31);
    EXPECT_TRUE(result.is_error);
    EXPECT_FALSE(parse_result(text_result("hi")).value().is_error);
    EXPECT_TRUE(parse_result(text_result("hi", true)).value().is_error);
    EXPECT_TRUE(parse_result(object_in(R"({"content":[]})")));
    for (const auto* bad : {R"({})", R"({"content":7})", R"({"content":[7]})"}) {
        EXPECT_FALSE(parse_result(object_in(bad))) << bad;
    }
}

std::string headers_of(std::string_view schema, std::string_view arguments) {
    auto headers = parameter_headers(object_in(schema));
    if (!headers) {
        return "left out: " + headers.error().message;
    }
    std::string told;
    for (const auto& header : *headers) {
        auto value = header_value_of(header, object_in(arguments));
        told += fmt::format("{}{}={}", told.empty() ? "" : " ", header.header, value.value_or("-"));
    }
    return told;
}

TEST(McpTool, ArgumentsGoIntoHeaders) {
    const auto* schema =
        R"({"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"},)"
        R"("place":{"type":"object","properties":{"floor":{"type":"integer","x-mcp-header":"Floor"}}},)"
        R"("fast":{"type":"boolean","x-mcp-header":"Fast"},"plain":{"type":"string"}}})";
    EXPECT_EQ(headers_of(schema, R"({"region":"süd","place":{"floor":-2},"fast":true,"plain":"x"})"),
              "Mcp-Param-Region==?base64?c8O8ZA==?= Mcp-Param-Floor=-2 Mcp-Param-Fast=true");
    EXPECT_EQ(headers_of(schema, R"({"region":null})"),
              "Mcp-Param-Region=- Mcp-Param-Floor=- Mcp-Param-Fast=-");
    EXPECT_EQ(headers_of(R"({"type":"object","properties":{"x-mcp-header":{"type":"string"}}})", "{}"), "");
}

TEST(McpTool, IsLeftOutWhereAHeaderCannotBe) {
    for (
        const auto* schema :
        {R"({"properties":{"a":{"type":"number","x-mcp-header":"A"}}})",
         R"({"properties":{"a":{"type":"string","x-mcp-header":""}}})",
         R"({"properties":{"a":{"type":"string","x-mcp-header":"A B"}}})",
         R"({"properties":{"a":{"type":"string","x-mcp-header":7}}})",
         R"({"properties":{"a":{"type":"string","x-mcp-header":"A"},"b":{"type":"string","x-mcp-header":"a"}}})",
         R"({"properties":{"a":{"type":"array","items":{"type":"string","x-mcp-header":"A"}}}})",
         R"({"anyOf":[{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}]})"}) {
        EXPECT_TRUE(headers_of(schema, "{}").starts_with("left out")) << schema;
    }
}

}  // namespace
}  // namespace repartee::mcp
