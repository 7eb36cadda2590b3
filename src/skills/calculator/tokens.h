// The pieces of a written calculation. Used by expression.cpp.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace repartee::skills::calculator {

enum class Symbol {
    Number,
    Plus,
    Minus,
    Times,
    Divide,
    Remainder,
    Power,
    Percent,
    Of,
    Root,
    Open,
    Close,
    End
};

struct Token {
    Symbol symbol = Symbol::End;
    double value = 0;  // of a Number
};

// Ended by Symbol::End. Nothing when a character has no place in a calculation.
std::optional<std::vector<Token>> tokens_of(std::string_view expression);

}  // namespace repartee::skills::calculator
