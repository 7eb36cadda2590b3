#include "skills/calculator/expression.h"

#include <gtest/gtest.h>

#include <random>

namespace repartee::skills::calculator {
namespace {

struct Row {
    std::string_view expression;
    double value;
};

TEST(Expression, IsWorkedOut) {
    for (const auto& [expression, value] : std::initializer_list<Row>{
             {"12 + 30", 42},
             {"2+3*4", 14},
             {"(2+3)*4", 20},
             {"10 - 4 - 3", 3},
             {"100 / 5 / 2", 10},
             {"2^3^2", 512},
             {"2**10", 1024},
             {"-2^2", -4},
             {"2^-1", 0.5},
             {"--5", 5},
             {"+5", 5},
             {"3 x 4", 12},
             {"3\xC3\x97"
              "4",
              12},
             {"8\xC3\xB7"
              "2",
              4},
             {"5 \xE2\x88\x92 7", -2},
             {".5 + 1.25", 1.75},
             {"1e3 + 1", 1001},
             {"17 % 5", 2},
             {"17 mod 5", 2},
             {"15% of 80", 12},
             {"15 percent of 80", 12},
             {"50%", 0.5},
             {"200 + 10%", 220},
             {"200 - 10%", 180},
             {"10% + 5%", 0.15},
             {"200 * 10%", 20},
             {"sqrt(16)", 4},
             {"sqrt 16 + 9", 13},
             {"sqrt of 81", 9},
             {"\xE2\x88\x9A"
              "49",
              7},
             {"sqrt(3^2 + 4^2)", 5},
             {"4^0.5", 2},
         }) {
        const auto calculation = calculate(expression);
        ASSERT_TRUE(calculation) << expression << ": " << calculation.error().message;
        EXPECT_NEAR(calculation->value, value, 1e-12) << expression;
    }
}

TEST(Expression, ThatMakesNoSenseIsDeclinedPolitely) {
    EXPECT_EQ(calculate("1 / 0").error().message, "I can't divide by zero.");
    EXPECT_EQ(calculate("5 % (3 - 3)").error().message, "I can't divide by zero.");
    EXPECT_EQ(calculate("0 ^ -1").error().message, "I can't divide by zero.");
    EXPECT_EQ(calculate("sqrt(0 - 4)").error().message, "I can't take the square root of a negative number.");
    EXPECT_EQ(calculate("(0-8) ^ 0.5").error().message, "That has no answer among the real numbers.");
    EXPECT_EQ(calculate("9^9^9^9").error().message, "That number is too large for me.");
    for (const auto* nonsense :
         {"", " ", "+", "1 +", "1 2", "(1", "1)", "()", "abc", "1; 2", "1 of", "1..2", "\xFF"}) {
        EXPECT_EQ(calculate(nonsense).error().message, "I could not read that calculation.") << nonsense;
    }
}

TEST(Expression, IsBounded) {
    EXPECT_EQ(calculate(std::string(longest_expression + 1, '1')).error().message,
              "That calculation is too long for me.");
    for (const auto* piece : {"(", "-", "sqrt", "2^"}) {
        std::string deep;
        while (deep.size() + 5 < longest_expression) {
            deep += piece;
        }
        EXPECT_EQ(calculate(deep + "1").error().message, "That calculation is too complicated for me.")
            << piece;
    }
}

TEST(Expression, SurvivesAnything) {
    constexpr std::string_view alphabet = "0123456789.+-*/^%() xesqrtmodf";
    std::mt19937 random(20251121);
    for (int round = 0; round < 20'000; ++round) {
        std::string expression(random() % 40, ' ');
        for (auto& character : expression) {
            character = alphabet[random() % alphabet.size()];
        }
        if (const auto calculation = calculate(expression)) {
            EXPECT_FALSE(spoken_number(calculation->value).empty()) << expression;
        }
    }
}

TEST(Expression, IsRepeatedInWordsWhenShort) {
    EXPECT_EQ(calculate("12+30")->spoken, "12 plus 30");
    EXPECT_EQ(calculate("15% of 80")->spoken, "15 percent of 80");
    EXPECT_EQ(calculate("sqrt(16)")->spoken, "the square root of 16");
    EXPECT_EQ(calculate("17 % 5")->spoken, "17 modulo 5");
    EXPECT_EQ(calculate("(1+2)*3")->spoken, "");
    EXPECT_EQ(calculate("1+2+3+4+5")->spoken, "");
}

TEST(SpokenNumber, IsHowPeopleSayIt) {
    EXPECT_EQ(spoken_number(42), "42");
    EXPECT_EQ(spoken_number(-3), "minus 3");
    EXPECT_EQ(spoken_number(-0.0), "0");
    EXPECT_EQ(spoken_number(0.1 + 0.2), "0.3");
    EXPECT_EQ(spoken_number(2.5), "2.5");
    EXPECT_EQ(spoken_number(10.0 / 3), "about 3.3333");
    EXPECT_EQ(spoken_number(-1.0 / 3), "about minus 0.3333");
    EXPECT_EQ(spoken_number(1234567), "1234567");
    EXPECT_EQ(spoken_number(1.2345e20), "about 1.234 times 10 to the power of 20");
    EXPECT_EQ(spoken_number(0.00001), "about 1 times 10 to the power of minus 5");
}

}  // namespace
}  // namespace repartee::skills::calculator
