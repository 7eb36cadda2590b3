#include "net/router.h"

#include <gtest/gtest.h>

namespace repartee::net {
namespace {

awaitable<Response> nothing(const Request&) {
    co_return Response{};
}

awaitable<void> talk(Exchange&) {
    co_return;
}

awaitable<void> listen(WebSocket&, const Request&) {
    co_return;
}

TEST(Router, FindsByMethodAndPath) {
    Router router;
    router.get("/a", nothing, {.body_limit = 1});
    router.post("/a", nothing, {.body_limit = 2});
    router.exchange("POST", "/talk", talk);
    ASSERT_NE(router.find("GET", "/a"), nullptr);
    EXPECT_EQ(router.find("GET", "/a")->options.body_limit, 1u);
    EXPECT_EQ(router.find("POST", "/a")->options.body_limit, 2u);
    EXPECT_EQ(router.find("PUT", "/a"), nullptr);
    EXPECT_EQ(router.find("GET", "/a/"), nullptr);
    EXPECT_EQ(router.find("GET", "/talk"), nullptr);
    EXPECT_TRUE(router.find("POST", "/talk")->exchange);
}

TEST(Router, AnswersHeadWhereItAnswersGet) {
    Router router;
    router.get("/a", nothing);
    router.post("/b", nothing);
    EXPECT_EQ(router.find("HEAD", "/a"), router.find("GET", "/a"));
    EXPECT_EQ(router.find("HEAD", "/b"), nullptr);
    EXPECT_EQ(router.methods("/a"), (std::vector<std::string>{"GET", "HEAD"}));
    EXPECT_EQ(router.methods("/b"), (std::vector<std::string>{"POST"}));
    EXPECT_TRUE(router.methods("/c").empty());
}

TEST(Router, KeepsWebSocketsApart) {
    Router router;
    router.websocket("/ws", nullptr, listen, {.message_limit = 5});
    ASSERT_NE(router.find_websocket("/ws"), nullptr);
    EXPECT_EQ(router.find_websocket("/ws")->options.message_limit, 5u);
    EXPECT_EQ(router.find("GET", "/ws"), nullptr);
    EXPECT_EQ(router.find_websocket("/other"), nullptr);
}

}  // namespace
}  // namespace repartee::net
