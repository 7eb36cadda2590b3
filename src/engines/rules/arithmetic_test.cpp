#include "engines/rules/arithmetic.h"

#include <gtest/gtest.h>

namespace repartee::engines::rules {
namespace {

TEST(ExpressionIn, WritesDownWhatIsSaid) {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"what is twelve plus thirty", "12 + 30"},
        {"12 + 30?", "12 + 30"},
        {"12+30=", "12 + 30"},
        {"what's 12 + 30", "12 + 30"},
        {"how much is two hundred and five minus five", "205 - 5"},
        {"calculate six times seven", "6 * 7"},
        {"six time seven", "6 * 7"},
        {"six x seven", "6 * 7"},
        {"ten divided by four", "10 / 4"},
        {"ten over four", "10 / 4"},
        {"what does seven and a half times two equal", "7.5 * 2"},
        {"two to the power of ten", "2^10"},
        {"nine squared", "9^2"},
        {"what is the square root of sixteen", "sqrt(16)"},
        {"square root of eighty one plus one", "sqrt(81) + 1"},
        {"what is fifteen percent of eighty", "15% of 80"},
        {"15% of 80", "15% of 80"},
        {"17 % 5", "17 mod 5"},
        {"200 + 10%", "200 + 10%"},
        {"half of ten", "0.5 * 10"},
        {"three quarters of eighty", "0.75 * 80"},
        {"twice eight", "2 * 8"},
        {"add two and three", "2 + 3"},
        {"add two to three", "2 + 3"},
        {"subtract three from ten", "10 - 3"},
        {"multiply six by seven", "6 * 7"},
        {"divide one hundred by eight", "100 / 8"},
        {"the sum of two and two", "2 + 2"},
        {"three point one four times two", "3.14 * 2"},
        {"five minus minus three", "5 - -3"},
        {"(1 + 2) * 3", "(1 + 2) * 3"},
        {"what is 5 mod 3", "5 mod 3"},
        {"one plus two plus three plus four", "1 + 2 + 3 + 4"},
        // what recognisers make of "four", "two", "one", "eight"
        {"what is for plus six", "4 + 6"},
        {"two plus too", "2 + 2"},
        {"six times for", "6 * 4"},
        {"what is to plus to", "2 + 2"},
        {"won plus ate", "1 + 8"},
        {"two to the power of for", "2^4"},
    };
    for (const auto& [text, expected] : rows) {
        const auto words = split_words(text);
        EXPECT_EQ(expression_in(words).value_or("nothing"), expected) << text;
    }
}

TEST(ExpressionIn, LeavesOtherQuestionsAlone) {
    for (const auto* text : {"", "what is five", "twelve", "what is the time", "what is love plus", "plus",
                             "two plus", "two plus apples", "the meaning of life", "what is for", "to",
                             "remind me in five minutes", "one two three", "of", "half"}) {
        const auto words = split_words(text);
        EXPECT_EQ(expression_in(words).value_or("nothing"), "nothing") << text;
    }
}

}  // namespace
}  // namespace repartee::engines::rules
