#include "mcp/protocol.h"

#include <gtest/gtest.h>

namespace repartee::mcp {
namespace {

TEST(McpProtocol, KnowsTheErasOfItsVersions) {
    EXPECT_EQ(era_of("2026-07-28"), Era::Modern);
    EXPECT_EQ(era_of("2025-11-25"), Era::Legacy);
    EXPECT_EQ(era_of("2025-06-18"), Era::Legacy);
    EXPECT_EQ(era_of("2025-03-26"), Era::Legacy);
    EXPECT_EQ(era_of("2024-11-05"), std::nullopt);
    EXPECT_EQ(era_of(""), std::nullopt);
}

TEST(McpProtocol, WrapsTextsThatNoHeaderCanCarry) {
    EXPECT_EQ(to_header_value("get_weather"), "get_weather");
    EXPECT_EQ(to_header_value("two words"), "two words");
    EXPECT_EQ(to_header_value(""), "");
    EXPECT_EQ(to_header_value("é"), "=?base64?w6k=?=");
    EXPECT_EQ(to_header_value(" a"), "=?base64?IGE=?=");
    EXPECT_EQ(to_header_value("a\r\nX: y"), "=?base64?YQ0KWDogeQ==?=");
    EXPECT_EQ(to_header_value("=?base64?w6k=?="), "=?base64?PT9iYXNlNjQ/dzZrPT89?=");
    for (const std::string text : {"a", "é", "éé", " edge ",
                                   "=?base64?"
                                   "?=",
                                   "=?base64?!?=", "नमस्ते", ""}) {
        EXPECT_EQ(from_header_value(to_header_value(text)), text);
    }
}

TEST(McpProtocol, RefusesWrappingsThatHoldNoText) {
    for (const auto* value : {"=?base64?w6k?=", "=?base64?w?=", "=?base64?w6l=?=", "=?base64?/w==?=",
                              "=?base64?w==k?=", "=?base64?w6k=w6k=?=", "=?base64?====?="}) {
        EXPECT_EQ(from_header_value(value), std::nullopt) << value;
    }
    EXPECT_EQ(from_header_value("=?base64?"), "=?base64?");
}

TEST(McpProtocol, KnowsWhatASessionIdIs) {
    EXPECT_TRUE(is_session_id("7f3c-~!"));
    EXPECT_FALSE(is_session_id(""));
    EXPECT_FALSE(is_session_id("a b"));
    EXPECT_FALSE(is_session_id("é"));
    EXPECT_FALSE(is_session_id(std::string(2000, 'a')));
}

}  // namespace
}  // namespace repartee::mcp
