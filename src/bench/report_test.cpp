#include "bench/report.h"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

namespace repartee::bench {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Report, ShowsTheSpreadOverTheRuns) {
    Report report("calls");
    for (double run : {0.5, 0.25, 12.0}) {
        report.section("200 calls");
        report.add("CPU of an audio second", "ms", run);
    }
    EXPECT_THAT(report.table(), HasSubstr("200 calls"));
    EXPECT_THAT(report.table(), testing::ContainsRegex("CPU of an audio second +0.500 +0.250 +12.0  ms"));
}

TEST(Report, KeepsSectionsAndTheirFiguresInOrder) {
    Report report("calls");
    report.section("a");
    report.add("x", "", 1);
    report.section("b");
    report.add("x", "", 2);
    report.section("a");
    report.add("x", "", 3);
    report.note("so it is");
    report.note("so it is");
    EXPECT_EQ(report.json(), R"({"title":"calls","sections":[)"
                             R"({"name":"a","figures":[{"name":"x","unit":"","runs":[1E0,3E0]}]},)"
                             R"({"name":"b","figures":[{"name":"x","unit":"","runs":[2E0]}]}],)"
                             R"("notes":["so it is"]})");
}

TEST(Report, PercentilesComeWithTheNumberOfTheirSamples) {
    Report report("turns");
    Samples samples;
    for (int i = 1; i <= 1000; ++i) {
        samples.add(i);
    }
    report.add_percentiles("overhead", "ms", samples);
    auto table = report.table();
    EXPECT_THAT(table, testing::ContainsRegex("overhead p99.9 +999 "));
    EXPECT_THAT(table, testing::ContainsRegex("overhead samples +1000 "));
    EXPECT_THAT(table, Not(HasSubstr("nan")));
}

}  // namespace
}  // namespace repartee::bench
