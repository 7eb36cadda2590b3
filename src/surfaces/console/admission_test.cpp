#include "surfaces/console/admission.h"

#include <gtest/gtest.h>

namespace repartee::surfaces::console {
namespace {

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
