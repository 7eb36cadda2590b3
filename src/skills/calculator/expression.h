// Reads and works out "(12 + 30) * 2". Pure, bounded, for text nobody has checked.
//
// Numbers with decimals, + - * / ^, parentheses, sqrt. A percent sign between two numbers is the
// remainder (17 % 5); elsewhere it is a percentage (15% of 80, 200 + 10%).
#pragma once

#include "base/error.h"

#include <string>
#include <string_view>

namespace repartee::skills::calculator {

inline constexpr std::size_t longest_expression = 200;  // bytes
inline constexpr int deepest_nesting = 32;

struct Calculation {
    double value = 0;    // finite
    std::string spoken;  // the sum in words, "12 plus 30"; empty when it is too involved to say
};

// The error's message is a sentence for the user: "I can't divide by zero."
Result<Calculation> calculate(std::string_view expression);

// 42 -> "42", -3 -> "minus 3", 10.0 / 3 -> "about 3.3333".
std::string spoken_number(double value);

}  // namespace repartee::skills::calculator
