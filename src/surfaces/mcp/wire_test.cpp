#include "surfaces/mcp/wire.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace repartee::surfaces::mcp {
namespace {

using testing::HasSubstr;

rpc::Frame frame_of(std::string_view text) {
    return std::move(rpc::parse_message(text).frames.front());
}

constexpr std::string_view old_request = R"({"jsonrpc":"2.0","id":1,"method":"tools/list"})";
constexpr std::string_view new_request =
    R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ask","_meta":{
        "io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}})";

net::Headers new_headers() {
    return {{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", "tools/call"}, {"Mcp-Name", "ask"}};
}

rpc::Era era(const net::Headers& headers, std::string_view text) {
    return std::get<Manner>(manner_of(headers, frame_of(text))).era;
}

std::int64_t refusal(const net::Headers& headers, std::string_view text) {
    auto manner = manner_of(headers, frame_of(text));
    const auto* refused = std::get_if<Refusal>(&manner);
    EXPECT_TRUE(refused == nullptr || refused->status == 400);
    return refused == nullptr ? 0 : refused->error.code;
}

TEST(McpManner, IsOldWhereNothingIsSaid) {
    auto manner = std::get<Manner>(manner_of({}, frame_of(old_request)));
    EXPECT_EQ(manner.era, rpc::Era::Legacy);
    EXPECT_EQ(manner.version, "2025-03-26");
}

TEST(McpManner, IsAsTheHeaderSays) {
    EXPECT_EQ(era({{"mcp-protocol-version", "2025-11-25"}}, old_request), rpc::Era::Legacy);
    EXPECT_EQ(era(new_headers(), new_request), rpc::Era::Modern);
    EXPECT_EQ(refusal({{"MCP-Protocol-Version", "2031-01-01"}}, old_request), -32022);
}

TEST(McpManner, NamesTheVersionsThatAreSpoken) {
    auto manner = manner_of({{"MCP-Protocol-Version", "1999-12-31"}}, frame_of(old_request));
    auto data = boost::json::serialize(std::get<Refusal>(manner).error.data);
    EXPECT_THAT(data, HasSubstr("2026-07-28"));
    EXPECT_THAT(data, HasSubstr("2025-03-26"));
    EXPECT_THAT(data, HasSubstr("1999-12-31"));
}

TEST(McpManner, WantsHeadersThatSayWhatTheMessageSays) {
    EXPECT_EQ(refusal({}, new_request), -32020);
    EXPECT_EQ(refusal({{"MCP-Protocol-Version", "2025-11-25"}}, new_request), -32020);
    EXPECT_EQ(refusal({{"MCP-Protocol-Version", "2026-07-28"}}, new_request), -32020);
    net::Headers headers{{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", "tools/call"}};
    EXPECT_EQ(refusal(headers, new_request), -32020);
    headers.add("Mcp-Name", "say");
    EXPECT_EQ(refusal(headers, new_request), -32020);
    headers.set("Mcp-Name", "ask");
    headers.set("Mcp-Method", "tools/list");
    EXPECT_EQ(refusal(headers, new_request), -32020);
    headers.set("Mcp-Method", "tools/call");
    EXPECT_EQ(refusal(headers, new_request), 0);
    headers.set("Mcp-Name", "=?base64?YXNr?=");
    EXPECT_EQ(refusal(headers, new_request), 0);
    headers.set("Mcp-Name", "=?base64?!?=");
    EXPECT_EQ(refusal(headers, new_request), -32020);
}

TEST(McpManner, WantsToBeToldInTheMessageToo) {
    net::Headers headers{{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", "tools/list"}};
    EXPECT_EQ(refusal(headers, old_request), -32602);
    EXPECT_EQ(refusal(headers, R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{
        "io.modelcontextprotocol/protocolVersion":"2026-07-28"}}})"),
              -32602);
    EXPECT_EQ(refusal(headers, R"({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{
        "io.modelcontextprotocol/protocolVersion":7}}})"),
              -32602);
}

TEST(McpAccept, IsAnythingWhereNothingIsSaid) {
    EXPECT_TRUE(accepted({}).json && accepted({}).events);
    EXPECT_TRUE(accepted({{"Accept", "*/*"}}).events);
    auto json = accepted({{"Accept", "text/html, application/json;q=0.5"}});
    EXPECT_TRUE(json.json && !json.events);
    auto events = accepted({{"accept", "Text/Event-Stream"}});
    EXPECT_TRUE(!events.json && events.events);
    auto neither = accepted({{"Accept", "text/html"}});
    EXPECT_TRUE(!neither.json && !neither.events);
    auto both = accepted({{"Accept", "application/json"}, {"Accept", "text/event-stream"}});
    EXPECT_TRUE(both.json && both.events);
}

TEST(McpContentType, IsJson) {
    EXPECT_TRUE(is_json({{"Content-Type", "application/json; charset=utf-8"}}));
    EXPECT_FALSE(is_json({{"Content-Type", "text/plain"}}));
    EXPECT_FALSE(is_json({}));
}

TEST(McpHandshake, EndsWithAVersionThatWeSpeak) {
    EXPECT_EQ(negotiated("2025-06-18"), "2025-06-18");
    EXPECT_EQ(negotiated("2024-11-05"), "2025-11-25");
    EXPECT_EQ(negotiated("2026-07-28"), "2025-11-25");
}

TEST(McpEvents, AreDataWithAnIdIfThereIsOne) {
    EXPECT_EQ(event_of("", "{}"), "data: {}\n\n");
    EXPECT_EQ(event_of("c1-0", "{}"), "id: c1-0\ndata: {}\n\n");
}

TEST(McpResults, AreDressedForTheirEra) {
    EXPECT_EQ(boost::json::serialize(dressed({{"a", 1}}, rpc::Era::Legacy)), R"({"a":1})");
    auto modern = keepable({{"a", 1}}, rpc::Era::Modern);
    EXPECT_EQ(modern.at("resultType"), "complete");
    EXPECT_EQ(modern.at("cacheScope"), "private");
    EXPECT_GT(modern.at("ttlMs").as_int64(), 0);
    EXPECT_EQ(modern.at("_meta").at("io.modelcontextprotocol/serverInfo").at("name"), "repartee");
}

}  // namespace
}  // namespace repartee::surfaces::mcp
