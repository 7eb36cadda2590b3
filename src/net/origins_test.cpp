#include "net/origins.h"

#include <gtest/gtest.h>

namespace repartee::net {
namespace {

TEST(HostIsOurs, TakesAddressesLocalhostAndConfiguredNames) {
    OriginPolicy policy{.host_names = {"voice.example"}};
    for (auto host :
         {"localhost", "localhost:8000", "LocalHost", "127.0.0.1", "127.0.0.1:8000", "192.168.1.7:80",
          "[::1]", "[::1]:8000", "[fe80::1]", "voice.example", "VOICE.example:443"}) {
        EXPECT_TRUE(host_is_ours(policy, host)) << host;
    }
    for (auto host : {"", "evil.example", "voice.example.evil", "localhost.evil", "127.0.0.1.evil",
                      "127.0.0.1:", "localhost:x", "localhost:99999", "[::1", "[::1]x", "::1", "300.1.1.1"}) {
        EXPECT_FALSE(host_is_ours(policy, host)) << host;
    }
}

struct OriginCase {
    std::string origin;
    std::string host;
    bool secure;
    bool allowed;
};

TEST(WebSocketOrigin, WithoutAListIsNoneTheSameOrLoopback) {
    for (const auto& [origin, host, secure, allowed] : std::vector<OriginCase>{
             {"", "192.168.1.7:8000", false, true},
             {"http://192.168.1.7:8000", "192.168.1.7:8000", false, true},
             {"http://192.168.1.7", "192.168.1.7:80", false, true},
             {"https://192.168.1.7", "192.168.1.7:443", true, true},
             {"HTTP://Voice.Example:8000", "voice.example:8000", false, true},
             {"https://voice.example", "voice.example", false, true},  // a proxy ends the TLS
             {"http://voice.example", "voice.example", true, false},
             {"http://192.168.1.7:3000", "192.168.1.7:8000", false, false},
             {"http://localhost:3000", "192.168.1.7:8000", false, true},
             {"http://127.0.0.1:5173", "192.168.1.7:8000", false, true},
             {"http://[::1]:5173", "192.168.1.7:8000", true, true},
             {"https://evil.example", "192.168.1.7:8000", false, false},
             {"http://localhost.evil", "localhost:8000", false, false},
             {"http://127.0.0.1.evil", "localhost:8000", false, false},
             {"http://localhost@evil", "localhost:8000", false, false},
             {"null", "localhost:8000", false, false},
             {"file://", "localhost:8000", false, false},
             {"ftp://192.168.1.7:8000", "192.168.1.7:8000", false, false},
         }) {
        EXPECT_EQ(websocket_origin_allowed({}, origin, host, secure), allowed) << origin << " at " << host;
    }
}

TEST(WebSocketOrigin, IsGovernedByAListBesidesOurOwnPage) {
    OriginPolicy policy{.allowed = {"https://app.example/", "http://other:80"}};
    EXPECT_TRUE(websocket_origin_allowed(policy, "", "localhost", false));
    EXPECT_TRUE(websocket_origin_allowed(policy, "https://app.example", "localhost", false));
    EXPECT_TRUE(websocket_origin_allowed(policy, "https://APP.example:443", "localhost", false));
    EXPECT_TRUE(websocket_origin_allowed(policy, "http://other", "localhost", false));
    EXPECT_FALSE(websocket_origin_allowed(policy, "http://app.example", "localhost", false));
    EXPECT_FALSE(websocket_origin_allowed(policy, "http://localhost:3000", "localhost", false));
    EXPECT_TRUE(websocket_origin_allowed(policy, "http://localhost", "localhost", false));
    EXPECT_TRUE(websocket_origin_allowed(policy, "http://192.168.1.7:8000", "192.168.1.7:8000", false));
    EXPECT_FALSE(websocket_origin_allowed(policy, "http://192.168.1.7:3000", "192.168.1.7:8000", false));
    EXPECT_TRUE(websocket_origin_allowed(policy, "https://voice.example", "voice.example", false));
    EXPECT_FALSE(websocket_origin_allowed(policy, "http://voice.example", "voice.example", true));
    EXPECT_FALSE(websocket_origin_allowed(policy, "null", "localhost", false));
    OriginPolicy open{.allowed = {"*"}};
    EXPECT_TRUE(websocket_origin_allowed(open, "https://anyone.example", "localhost", false));
    EXPECT_TRUE(websocket_origin_allowed(open, "null", "localhost", false));
}

TEST(CorsOrigin, FollowsTheRouteWithoutAListAndTheListOtherwise) {
    EXPECT_EQ(cors_origin({}, "https://a.example", true), "*");
    EXPECT_EQ(cors_origin({}, "https://a.example", false), "");
    EXPECT_EQ(cors_origin({}, "", true), "");
    OriginPolicy list{.allowed = {"https://a.example"}};
    EXPECT_EQ(cors_origin(list, "https://a.example", false), "https://a.example");
    EXPECT_EQ(cors_origin(list, "https://b.example", false), "");
    EXPECT_EQ(cors_origin(list, "https://b.example", true), "");
    EXPECT_EQ(cors_origin({.allowed = {"*"}}, "https://b.example", false), "*");
}

}  // namespace
}  // namespace repartee::net
