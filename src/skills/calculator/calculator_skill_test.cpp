#include "skills/calculator/calculator_skill.h"

#include "skills/try_skill.h"

#include <gtest/gtest.h>

namespace repartee::skills::calculator {
namespace {

std::string said(std::string_view expression) {
    CalculatorSkill skill;
    return try_skill(skill, boost::json::serialize(boost::json::object{{"expression", expression}})).text;
}

TEST(CalculatorSkill, AnswersInASentence) {
    EXPECT_EQ(said("12 + 30"), "12 plus 30 is 42.");
    EXPECT_EQ(said("sqrt(16)"), "The square root of 16 is 4.");
    EXPECT_EQ(said("3 - 5"), "3 minus 5 is minus 2.");
    EXPECT_EQ(said("-3 + 5"), "Minus 3 plus 5 is 2.");
    EXPECT_EQ(said("10 / 3"), "10 divided by 3 is about 3.3333.");
    EXPECT_EQ(said("(12 + 30) / 2"), "The answer is 21.");
}

TEST(CalculatorSkill, DeclinesInASentence) {
    EXPECT_EQ(said("1 / 0"), "I can't divide by zero.");
    EXPECT_EQ(said("the meaning of life"), "I could not read that calculation.");
}

}  // namespace
}  // namespace repartee::skills::calculator
