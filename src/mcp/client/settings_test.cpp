#include "mcp/client/settings.h"

#include <gmock/gmock.h>

namespace repartee::mcp::client {
namespace {

TEST(McpServerSettings, WantOneWayToTheServer) {
    EXPECT_TRUE(mistakes_in({.name = "a", .url = "https://host/mcp", .token = Secret("x")}).empty());
    EXPECT_TRUE(
        mistakes_in(
            {.name = "a", .command = "npx", .arguments = {"x"}, .environment = Secret("A=1\n\n B_2=x y\n")})
            .empty());
    for (const ServerSettings& bad : std::vector<ServerSettings>{
             {.name = "a"},
             {.name = "a", .url = "https://host/", .command = "npx"},
             {.name = "a", .url = "ftp://host/"},
             {.name = "a", .url = "host/mcp"},
             {.name = "a", .url = "https://user:password@host/mcp"},
             {.name = "a", .url = "https://host/mcp", .arguments = {"x"}},
             {.name = "a", .url = "https://host/mcp", .token = Secret("a b")},
             {.name = "a", .command = "npx", .token = Secret("x")},
             {.name = "a", .command = "npx", .environment = Secret("A=1\nno")},
         }) {
        EXPECT_EQ(mistakes_in(bad).size(), 1u) << bad.url << " " << bad.command;
    }
}

TEST(McpServerSettings, KnowNamesAndPatterns) {
    EXPECT_TRUE(is_server_name("home-2"));
    for (const auto* bad : {"", "Home", "my_home", "a b", "abcdefghijklmnopqrstuvwxy"}) {
        EXPECT_FALSE(is_server_name(bad)) << bad;
    }
    EXPECT_EQ(ServerSettings{.name = "home-2"}.token_variable, "MCP_HOME_2_TOKEN");
    EXPECT_TRUE(names_tool({"lights_*", "door"}, "lights_on"));
    EXPECT_TRUE(names_tool({"lights_*", "door"}, "door"));
    EXPECT_FALSE(names_tool({"lights_*", "door"}, "doors"));
    EXPECT_TRUE(names_tool({"*"}, "anything"));
    EXPECT_FALSE(names_tool({}, "anything"));
    ServerSettings settings{.name = "a", .environment = Secret("A=1\r\n  B=two words \n\n")};
    EXPECT_THAT(environment_of(settings), testing::ElementsAre("A=1", "B=two words"));
}

}  // namespace
}  // namespace repartee::mcp::client
