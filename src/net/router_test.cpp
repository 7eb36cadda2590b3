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

TEST(Router, TakesAnySegmentForAParameter) {
    Router router;
    router.get("/status/{job_id}", nothing);
    router.post("/status/{job_id}/parts/{part}", nothing);
    const auto* route = router.find("GET", "/status/a b");
    ASSERT_NE(route, nullptr);
    using Parameters = std::vector<std::pair<std::string, std::string>>;
    EXPECT_EQ(Router::parameters(*route, "/status/a b"), (Parameters{{"job_id", "a b"}}));
    EXPECT_EQ(Router::parameters(*route, "/status/{x}"), (Parameters{{"job_id", "{x}"}}));
    EXPECT_EQ(router.find("HEAD", "/status/7"), route);
    EXPECT_EQ(router.find("POST", "/status/7"), nullptr);
    EXPECT_EQ(router.methods("/status/7"), (std::vector<std::string>{"GET", "HEAD"}));

    route = router.find("POST", "/status/7/parts/8");
    ASSERT_NE(route, nullptr);
    EXPECT_EQ(Router::parameters(*route, "/status/7/parts/8"), (Parameters{{"job_id", "7"}, {"part", "8"}}));

    for (auto path : {"/status", "/status/", "/status/7/", "/status/7/parts", "/status//parts/8", "/other/7",
                      "*", "/", ""}) {
        EXPECT_TRUE(router.methods(path).empty()) << path;
    }
}

TEST(Router, PrefersTheExactPath) {
    Router router;
    router.get("/jobs/{id}", nothing, {.body_limit = 1});
    router.get("/jobs/{name}", nothing, {.body_limit = 2});
    router.get("/{a}/{b}", nothing, {.body_limit = 3});
    router.get("/jobs/all", nothing, {.body_limit = 4});
    router.exchange("DELETE", "/jobs/{id}", talk, {.body_limit = 5});
    EXPECT_EQ(router.find("GET", "/jobs/all")->options.body_limit, 4u);
    EXPECT_TRUE(Router::parameters(*router.find("GET", "/jobs/all"), "/jobs/all").empty());
    EXPECT_EQ(router.find("GET", "/jobs/7")->options.body_limit, 1u);
    EXPECT_EQ(router.find("GET", "/any/thing")->options.body_limit, 3u);
    // What the exact path does not know is not lost.
    EXPECT_EQ(router.find("DELETE", "/jobs/all")->options.body_limit, 5u);
    EXPECT_EQ(router.methods("/jobs/all"), (std::vector<std::string>{"GET", "HEAD", "DELETE"}));
}

TEST(Router, HandlesAnyMethod) {
    Router router;
    router.handle("PATCH", "/jobs/{id}", nothing, {.body_limit = 6});
    EXPECT_TRUE(router.find("PATCH", "/jobs/7")->http);
    EXPECT_FALSE(router.find("PATCH", "/jobs/7")->exchange);
    EXPECT_EQ(router.find("PATCH", "/jobs/7")->options.body_limit, 6u);
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
