#include "engines/rules/number_words.h"

#include <gtest/gtest.h>

namespace repartee::engines::rules {
namespace {

struct Row {
    std::string_view text;
    double value;
    std::size_t length;  // words that belong to the number
};

TEST(ReadNumber, UnderstandsWhatPeopleSay) {
    const Row rows[] = {
        {"zero", 0, 1},
        {"seven", 7, 1},
        {"twelve", 12, 1},
        {"thirty", 30, 1},
        {"twenty-five", 25, 2},
        {"a hundred", 100, 2},
        {"one hundred", 100, 2},
        {"hundred", 100, 1},
        {"two hundred and five", 205, 4},
        {"two hundred five", 205, 3},
        {"nine hundred ninety nine", 999, 4},
        {"twenty five hundred", 2500, 3},
        {"a thousand", 1000, 2},
        {"three thousand and one", 3001, 4},
        {"two million three hundred thousand and five", 2300005, 7},
        {"2 million", 2e6, 2},
        {"12", 12, 1},
        {"12.5", 12.5, 1},
        {"1,234", 1234, 1},
        {"half", 0.5, 1},
        {"a half", 0.5, 2},
        {"a quarter", 0.25, 2},
        {"three quarters", 0.75, 2},
        {"two and a half", 2.5, 4},
        {"one and three quarters", 1.75, 4},
        {"point five", 0.5, 2},
        {"three point one four", 3.14, 4},
        {"one point oh five", 1.05, 4},
        {"two point five million", 2.5e6, 4},
        {"minus five", -5, 2},
        {"negative two point five", -2.5, 4},
        {"-5", -5, 2},
        {"a dozen", 12, 2},
        {"two dozen", 24, 2},
    };
    for (const auto& row : rows) {
        const auto words = split_words(row.text);
        const auto number = read_number(words);
        ASSERT_TRUE(number) << row.text;
        EXPECT_DOUBLE_EQ(number->value, row.value) << row.text;
        EXPECT_EQ(number->length, row.length) << row.text;
    }
}

TEST(ReadNumber, StopsWhereTheNumberDoes) {
    const Row rows[] = {
        {"five minutes", 5, 1},        {"five and six", 5, 1},
        {"twenty thirty", 20, 1},      {"one two three", 1, 1},
        {"two hundred and", 200, 2},   {"one hundred and a timer", 100, 2},
        {"five point", 5, 1},          {"five thousand and six thousand", 5000, 2},
        {"twelve plus thirty", 12, 1},
    };
    for (const auto& row : rows) {
        const auto words = split_words(row.text);
        const auto number = read_number(words);
        ASSERT_TRUE(number) << row.text;
        EXPECT_DOUBLE_EQ(number->value, row.value) << row.text;
        EXPECT_EQ(number->length, row.length) << row.text;
    }
}

TEST(ReadNumber, FindsNoneWhereThereIsNone) {
    for (const auto* text :
         {"", "a", "minutes", "and five", "point", "minus", "inf", "nan", "3:30", "quarter", "a cat"}) {
        const auto words = split_words(text);
        EXPECT_FALSE(read_number(words)) << text;
    }
}

}  // namespace
}  // namespace repartee::engines::rules
