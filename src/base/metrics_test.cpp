#include "base/metrics.h"

#include <gtest/gtest.h>

namespace repartee {
namespace {

TEST(Metrics, CanBeReadAsValues) {
    Metrics metrics;
    metrics.counter("turns_total", "", {{"outcome", "complete"}}).add(3);
    metrics.gauge("open", "").set(2);
    auto seconds = metrics.seconds("took_seconds", "");
    seconds.observe(0.004);
    seconds.observe(0.5);
    for (const auto& reading : metrics.read()) {
        if (reading.name == "turns_total") {
            EXPECT_EQ(reading.value, 3);
            EXPECT_EQ(reading.labels.at("outcome"), "complete");
            EXPECT_TRUE(reading.buckets.empty());
        } else if (reading.name == "open") {
            EXPECT_EQ(reading.value, 2);
        } else {
            EXPECT_EQ(reading.name, "took_seconds");
            EXPECT_DOUBLE_EQ(reading.value, 0.504);
            EXPECT_EQ(reading.buckets.front().count, 0U);
            EXPECT_EQ(reading.buckets.back().count, 2U);
        }
    }
    EXPECT_EQ(metrics.read().size(), 3U);
}

}  // namespace
}  // namespace repartee
