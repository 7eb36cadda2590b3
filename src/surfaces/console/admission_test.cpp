#include "surfaces/console/admission.h"

#include <gtest/gtest.h>

namespace repartee::surfaces::console {
namespace {

net::Request from_here(std::string host, net::Headers headers = {}) {
    return {.method = "GET", .headers = std::move(headers), .host = std::move(host), .loopback = true};
}

TEST(ConsoleAdmission, WhoSitsHereNeedsNoToken) {
    EXPECT_TRUE(comes_from_this_machine(from_here("127.0.0.1:8000")));
    EXPECT_TRUE(comes_from_this_machine(from_here("localhost:8000")));
    EXPECT_TRUE(comes_from_this_machine(from_here("[::1]:8000")));
}

TEST(ConsoleAdmission, WhoIsPassedOnByAProxyIsAStranger) {
    EXPECT_FALSE(comes_from_this_machine(from_here("talk.example.org")));
    EXPECT_FALSE(comes_from_this_machine(from_here("")));
    for (const char* trace : {"X-Forwarded-For", "x-real-ip", "Forwarded", "Via"}) {
        EXPECT_FALSE(comes_from_this_machine(from_here("localhost", {{trace, "203.0.113.9"}}))) << trace;
    }
    auto from_elsewhere = from_here("localhost");
    from_elsewhere.loopback = false;
    EXPECT_FALSE(comes_from_this_machine(from_elsewhere));
}

TEST(ConsoleAdmission, KeysForMetricsSeeAndDoNotAct) {
    const Visitor stranger{};
    const Visitor monitor{.monitor = true};
    const Visitor admin{.admin = true};
    EXPECT_FALSE(stranger.sees_all() || stranger.may_act());
    EXPECT_TRUE(monitor.sees_all());
    EXPECT_FALSE(monitor.may_act());
    EXPECT_TRUE(admin.sees_all() && admin.may_act());
    EXPECT_THROW(check_sees_all(stranger), Failure);
    EXPECT_NO_THROW(check_sees_all(monitor));
    EXPECT_THROW(check_may_act(monitor), Failure);
    EXPECT_NO_THROW(check_may_act(admin));
}

}  // namespace
}  // namespace repartee::surfaces::console
