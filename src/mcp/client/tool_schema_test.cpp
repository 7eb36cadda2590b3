#include "mcp/client/tool_schema.h"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace repartee::mcp::client {
namespace {

std::string carried(std::string_view schema) {
    auto for_model = schema_for_model(boost::json::parse(schema).as_object());
    return for_model ? boost::json::serialize(*for_model) : "left out: " + for_model.error().message;
}

TEST(ToolSchema, ReachesTheModelWhole) {
    const std::string nested =
        R"({"type":"object","properties":{"rooms":{"type":"array","items":{"type":"object","properties":)"
        R"({"name":{"type":"string","enum":["kitchen","hall"]},"level":{"type":"integer","minimum":0}},)"
        R"("required":["name"]}}},"required":["rooms"],"additionalProperties":false})";
    EXPECT_EQ(carried(nested), nested);
    EXPECT_EQ(carried(R"({"$schema":"x","$id":"y","type":"object","properties":{"a":{"type":"string",)"
                      R"("x-mcp-header":"A","description":"what"}}})"),
              R"({"type":"object","properties":{"a":{"type":"string","description":"what"}}})");
    // Arguments may be called anything.
    EXPECT_EQ(
        carried(R"({"type":"object","properties":{"$id":{"type":"string"},"properties":{"type":"object",)"
                R"("properties":{"definitions":{"type":"string"}}}}})"),
        R"({"type":"object","properties":{"$id":{"type":"string"},"properties":{"type":"object",)"
        R"("properties":{"definitions":{"type":"string"}}}}})");
}

TEST(ToolSchema, TakesAnythingWhereNothingIsDescribed) {
    EXPECT_EQ(carried(R"({"type":"object"})"),
              R"({"type":"object","properties":{},"additionalProperties":true})");
    EXPECT_EQ(carried(R"({"type":"object","additionalProperties":false})"),
              R"({"type":"object","additionalProperties":false,"properties":{}})");
}

TEST(ToolSchema, PutsReferencesInPlace) {
    EXPECT_EQ(carried(R"({"type":"object","properties":{"a":{"$ref":"#/$defs/place","description":"where"},)"
                      R"("b":{"$ref":"#/$defs/place"}},"$defs":{"place":{"type":"object","properties":)"
                      R"({"x":{"$ref":"#/$defs/a~1b"}}},"a/b":{"type":"number"}}})"),
              R"({"type":"object","properties":{"a":{"type":"object","properties":{"x":{"type":"number"}},)"
              R"("description":"where"},"b":{"type":"object","properties":{"x":{"type":"number"}}}}})");
    EXPECT_EQ(carried(R"({"type":"object","properties":{"a":{"$ref":"#/$defs/none"}}})"),
              "left out: its schema refers to what is not in it");
    EXPECT_EQ(carried(R"({"type":"object","properties":{"a":{"$ref":"https://example.org/schema"}}})"),
              "left out: its schema refers to what is not in it");
    EXPECT_EQ(carried(R"({"type":"object","properties":{"a":{"$ref":"#/$defs/tree"}},"$defs":{"tree":)"
                      R"({"type":"object","properties":{"child":{"$ref":"#/$defs/tree"}}}}})"),
              "left out: its schema refers to itself");
}

TEST(ToolSchema, IsLeftOutWhereNoPromptBearsIt) {
    EXPECT_EQ(carried(fmt::format(R"({{"type":"object","description":"{}"}})", std::string(20'000, 'x'))),
              "left out: its schema is too large");
    std::string deep = R"({"type":"string"})";
    for (int i = 0; i < 12; ++i) {
        deep = R"({"type":"object","properties":{"a":)" + deep + "}}";
    }
    EXPECT_EQ(carried(deep), "left out: its schema is nested too deeply");
    // Each level ten times the one below: small as it is written, and without end as it is meant.
    std::string doubling = R"("d0":{"type":"string","description":"0123456789"})";
    for (int i = 1; i < 8; ++i) {
        std::string below;
        for (int j = 0; j < 10; ++j) {
            below += fmt::format(R"({}{{"$ref":"#/$defs/d{}"}})", j == 0 ? "" : ",", i - 1);
        }
        doubling += fmt::format(R"(,"d{}":{{"anyOf":[{}]}})", i, below);
    }
    EXPECT_EQ(
        carried(R"({"type":"object","properties":{"a":{"$ref":"#/$defs/d7"}},"$defs":{)" + doubling + "}}")
            .substr(0, 8),
        "left out");
}

// A few kilobytes that would become more than any memory holds.
TEST(ToolSchema, DoesNotGrowWithoutEndByItsReferences) {
    auto bomb = [](std::string_view leaf) {
        std::string definitions;
        for (int level = 0; level < 5; ++level) {
            definitions += fmt::format(R"("d{}":[)", level);
            for (int i = 0; i < 100; ++i) {
                definitions += fmt::format(R"({}{{"$ref":"#/$defs/d{}"}})", i == 0 ? "" : ",", level + 1);
            }
            definitions += "],";
        }
        return fmt::format(R"({{"type":"object","properties":{{"a":{{"anyOf":[{{"$ref":"#/$defs/d0"}}]}}}},)"
                           R"("$defs":{{{}"d5":{}}}}})",
                           definitions, leaf);
    };
    EXPECT_EQ(carried(bomb("[]")), "left out: its schema is too large");
    EXPECT_EQ(carried(bomb("{}")), "left out: its schema is too large");
    auto told_beside =
        fmt::format(R"({{"type":"object","properties":{{"a":{{"$ref":"#/$defs/b","title":"{}"}}}},)"
                    R"("$defs":{{"b":{{"type":"string"}}}}}})",
                    std::string(largest_schema, 'x'));
    EXPECT_EQ(carried(told_beside), "left out: its schema is too large");
    auto far = std::string(1000, 'x');
    EXPECT_EQ(
        carried(fmt::format(
            R"({{"type":"object","properties":{{"a":{{"$ref":"#/$defs/{0}"}}}},"$defs":{{"{0}":{{}}}}}})",
            far)),
        "left out: its schema refers to what is not in it");
}

}  // namespace
}  // namespace repartee::mcp::client
