#include "net/this_machine.h"

#include <gtest/gtest.h>

namespace repartee::net {
namespace {

Request from_here(std::string host, Headers headers = {}) {
    return {.method = "GET", .headers = std::move(headers), .host = std::move(host), .loopback = true};
}

TEST(ThisMachine, IsWhoCallsItAsOnlyItCallsItself) {
    for (const char* host : {"127.0.0.1:8000", "localhost:8000", "LOCALHOST", "127.8.9.1", "[::1]:8000"}) {
        EXPECT_TRUE(comes_from_this_machine(from_here(host))) << host;
    }
    for (const char* host : {"talk.example.org", "", "localhost.example.org", "localhosts", "127.example.org",
                             "127.0.0.1.example.org", "[::1].example.org", "192.0.2.7:8000"}) {
        EXPECT_FALSE(comes_from_this_machine(from_here(host))) << host;
    }
    auto from_elsewhere = from_here("localhost");
    from_elsewhere.loopback = false;
    EXPECT_FALSE(comes_from_this_machine(from_elsewhere));
}

TEST(ThisMachine, IsNobodyWhomAProxyPassesOn) {
    for (const char* trace : {"X-Forwarded-For", "x-forwarded-proto", "X-FORWARDED-HOST", "x-real-ip",
                              "Forwarded", "Via", "CF-Connecting-IP", "True-Client-IP"}) {
        auto request = from_here("localhost", {{"Accept", "*/*"}, {trace, "203.0.113.9"}});
        EXPECT_TRUE(comes_through_proxy(request)) << trace;
        EXPECT_FALSE(comes_from_this_machine(request)) << trace;
    }
    EXPECT_FALSE(comes_through_proxy(from_here("localhost", {{"X-Forward", "a"}, {"Viaduct", "b"}})));
}

TEST(ThisMachine, IsOurOwnPageAndNoOther) {
    for (const char* origin : {"http://localhost:8000", "HTTP://LocalHost:8000"}) {
        EXPECT_TRUE(comes_from_this_machine(from_here("localhost:8000", {{"Origin", origin}}))) << origin;
    }
    for (const char* origin : {"https://elsewhere.example", "http://localhost:3000", "http://localhost",
                               "http://127.0.0.1:8000", "https://localhost:8000", "null", "", "file://"}) {
        EXPECT_FALSE(comes_from_this_machine(from_here("localhost:8000", {{"Origin", origin}}))) << origin;
    }
    auto over_tls = from_here("localhost", {{"Origin", "https://localhost"}});
    EXPECT_FALSE(comes_from_this_machine(over_tls));
    over_tls.secure = true;
    EXPECT_TRUE(comes_from_this_machine(over_tls));
}

TEST(ThisMachine, TakesTheBrowsersWordForWhatIsForeign) {
    for (const char* site : {"same-origin", "none"}) {
        EXPECT_TRUE(comes_from_this_machine(from_here("localhost", {{"Sec-Fetch-Site", site}}))) << site;
    }
    for (const char* site : {"cross-site", "same-site", "Cross-Site"}) {
        EXPECT_FALSE(comes_from_this_machine(from_here("localhost", {{"Sec-Fetch-Site", site}}))) << site;
    }
}

}  // namespace
}  // namespace repartee::net
