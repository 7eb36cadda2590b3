#include "hearing/seam.h"

#include <gtest/gtest.h>

namespace repartee::hearing {

namespace {

using namespace std::chrono_literals;

TEST(Seam, SaysOnceWhatBothSidesHeard) {
    struct Row {
        std::string before, after, rest;
    };
    const Row rows[] = {
        {"we went to the market", "market and bought fish", "and bought fish"},
        {"we went to the Market.", "market, and bought fish", "and bought fish"},
        {"we went to the market", "the market and bought fish", "and bought fish"},
        {"we went to the market", "and bought fish", "and bought fish"},
        {"we went", "went we then", "we then"},
        {"no no no no no no no no", "no no no no no no", "no no no"},  // three fit into the overlap
        {"", "and", "and"},
        {"and", "", ""},
        {"and", "and", ""},
    };
    for (const auto& row : rows) {
        Transcript before{.text = row.before};
        Transcript after{.text = row.after};
        EXPECT_EQ(without_repetition(before, after, 300ms).text, row.rest)
            << row.before << " | " << row.after;
    }
}

TEST(Seam, KeepsTheTimesOfTheWordsThatStay) {
    Transcript after{.text = "market and", .words = {{"market", 0ms, 200ms}, {"and", 200ms, 300ms}}};
    auto rest = without_repetition(Transcript{.text = "the market"}, after, 300ms);
    EXPECT_EQ(rest.text, "and");
    ASSERT_EQ(rest.words.size(), 1u);
    EXPECT_EQ(rest.words[0].start, 200ms);
}

}  // namespace
}  // namespace repartee::hearing
