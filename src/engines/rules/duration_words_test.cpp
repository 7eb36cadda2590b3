#include "engines/rules/duration_words.h"

#include <gtest/gtest.h>

namespace repartee::engines::rules {
namespace {

using namespace std::chrono_literals;

TEST(FindDuration, UnderstandsWhatPeopleSay) {
    struct Row {
        std::string_view text;
        std::chrono::seconds length;
        std::string_view found;
    };
    const Row rows[] = {
        {"set a timer for five minutes", 5min, "five minutes"},
        {"set a five-minute timer", 5min, "five minute"},
        {"timer 10 min please", 10min, "10 min"},
        {"ninety seconds", 90s, "ninety seconds"},
        {"a minute", 60s, "a minute"},
        {"an hour", 1h, "an hour"},
        {"half an hour", 30min, "half an hour"},
        {"a quarter of an hour", 15min, "a quarter of an hour"},
        {"an hour and a half", 90min, "an hour and a half"},
        {"one and a half hours", 90min, "one and a half hours"},
        {"two and a half minutes", 150s, "two and a half minutes"},
        {"two hours and ten minutes", 130min, "two hours and ten minutes"},
        {"a minute and thirty seconds please", 90s, "a minute and thirty seconds"},
        {"1 hour 30 minutes 5 seconds", 5405s, "1 hour 30 minutes 5 seconds"},
        {"a couple of minutes", 2min, "a couple of minutes"},
        {"a hundred seconds", 100s, "a hundred seconds"},
        {"a timer for for minutes", 4min, "for minutes"},
        {"a timer for to hours", 2h, "to hours"},
        {"five minutes and a cup of tea", 5min, "five minutes"},
    };
    for (const auto& row : rows) {
        const auto words = split_words(row.text);
        const auto found = find_duration(words);
        ASSERT_TRUE(found) << row.text;
        EXPECT_EQ(found->length, row.length) << row.text;
        EXPECT_EQ(joined(Words(words).subspan(found->begin, found->end - found->begin)), row.found)
            << row.text;
    }
}

TEST(FindDuration, FindsNoneWhereThereIsNone) {
    for (const auto* text : {"", "set a timer", "five", "minutes", "timer for minutes", "a few apples"}) {
        const auto words = split_words(text);
        EXPECT_FALSE(find_duration(words)) << text;
    }
}

}  // namespace
}  // namespace repartee::engines::rules
