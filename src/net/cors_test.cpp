#include "net/cors.h"

#include <gtest/gtest.h>

namespace repartee::net {
namespace {

Request from(std::string origin) {
    Request request;
    request.method = "GET";
    request.headers.add("Origin", std::move(origin));
    return request;
}

Request preflight(std::string origin) {
    auto request = from(std::move(origin));
    request.method = "OPTIONS";
    request.headers.add("Access-Control-Request-Method", "POST");
    request.headers.add("Access-Control-Request-Headers", "content-type, x-key");
    return request;
}

TEST(Cors, SaysNothingToThoseWhoDoNotAsk) {
    EXPECT_FALSE(cors_headers({}, {}, true).has("Access-Control-Allow-Origin"));
    EXPECT_FALSE(cors_headers({}, from("https://a.example"), false).has("Access-Control-Allow-Origin"));
}

TEST(Cors, OpensOldRoutesToAnyoneWithoutCredentials) {
    auto headers = cors_headers({}, from("https://a.example"), true);
    EXPECT_EQ(headers.get("Access-Control-Allow-Origin"), "*");
    EXPECT_FALSE(headers.has("Access-Control-Allow-Credentials"));
}

TEST(Cors, NamesAListedOrigin) {
    OriginPolicy policy{.allowed = {"https://a.example"}};
    auto headers = cors_headers(policy, from("https://a.example"), false);
    EXPECT_EQ(headers.get("Access-Control-Allow-Origin"), "https://a.example");
    EXPECT_EQ(headers.get("Access-Control-Allow-Credentials"), "true");
    EXPECT_EQ(headers.get("Vary"), "Origin");
}

TEST(Preflight, MirrorsWhatIsAskedFor) {
    auto response = preflight_response({}, preflight("https://a.example"), true);
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->body, "OK");
    EXPECT_EQ(response->headers.get("Access-Control-Allow-Origin"), "https://a.example");
    EXPECT_EQ(response->headers.get("Access-Control-Allow-Methods"),
              "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT");
    EXPECT_EQ(response->headers.get("Access-Control-Allow-Headers"), "content-type, x-key");
    EXPECT_EQ(response->headers.get("Access-Control-Max-Age"), "600");
    EXPECT_EQ(response->headers.get("Vary"), "Origin");
}

TEST(Preflight, TurnsAwayWhoIsNotOnTheList) {
    OriginPolicy policy{.allowed = {"https://a.example"}};
    auto response = preflight_response(policy, preflight("https://b.example"), true);
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 400);
    EXPECT_EQ(response->body, "Disallowed CORS origin");
}

TEST(Preflight, IsOnlyWhatBrowsersSend) {
    auto plain_options = from("https://a.example");
    plain_options.method = "OPTIONS";
    EXPECT_FALSE(preflight_response({}, plain_options, true));
    EXPECT_FALSE(preflight_response({}, preflight("https://a.example"), false));
}

}  // namespace
}  // namespace repartee::net
