#include "bench/percentiles.h"

#include <gtest/gtest.h>

namespace repartee::bench {
namespace {

TEST(Samples, NothingIsNothing) {
    Samples samples;
    EXPECT_EQ(samples.count(), 0);
    EXPECT_EQ(samples.median(), 0);
    EXPECT_EQ(samples.mean(), 0);
}

TEST(Samples, APercentileIsASampleThatSoManyDoNotExceed) {
    Samples samples;
    for (int value = 100; value >= 1; --value) {
        samples.add(value);
    }
    EXPECT_EQ(samples.least(), 1);
    EXPECT_EQ(samples.percentile(0.01), 1);
    EXPECT_EQ(samples.median(), 50);
    EXPECT_EQ(samples.percentile(0.95), 95);
    EXPECT_EQ(samples.percentile(0.999), 100);
    EXPECT_EQ(samples.most(), 100);
    EXPECT_EQ(samples.mean(), 50.5);
}

TEST(Samples, OneStragglerAmongAThousandShowsInTheLastPermille) {
    Samples samples;
    for (int i = 0; i < 1000; ++i) {
        samples.add(i == 500 ? 90 : 1);
    }
    EXPECT_EQ(samples.percentile(0.999), 1);
    EXPECT_EQ(samples.percentile(0.9995), 90);
}

TEST(Samples, MoreMayComeAfterAQuestion) {
    Samples samples;
    samples.add(2);
    EXPECT_EQ(samples.median(), 2);
    Samples others;
    others.add(1);
    others.add(0);
    samples.add(others);
    EXPECT_EQ(samples.median(), 1);
    EXPECT_EQ(samples.count(), 3);
}

}  // namespace
}  // namespace repartee::bench
