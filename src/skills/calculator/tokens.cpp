#include "skills/calculator/tokens.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace repartee::skills::calculator {

namespace {

// Longer spellings before those they begin with.
constexpr auto spellings = std::to_array<std::pair<std::string_view, Symbol>>({
    {"**", Symbol::Power},
    {"+", Symbol::Plus},
    {"-", Symbol::Minus},
    {"*", Symbol::Times},
    {"/", Symbol::Divide},
    {"^", Symbol::Power},
    {"%", Symbol::Percent},
    {"(", Symbol::Open},
    {")", Symbol::Close},
    {"sqrt", Symbol::Root},
    {"percent", Symbol::Percent},
    {"mod", Symbol::Remainder},
    {"of", Symbol::Of},
    {"x", Symbol::Times},
    {"\xC3\x97", Symbol::Times},      // multiplication sign
    {"\xC3\xB7", Symbol::Divide},     // division sign
    {"\xE2\x88\x92", Symbol::Minus},  // minus sign
    {"\xE2\x88\x9A", Symbol::Root},   // square root
});

bool begins_operand(Symbol symbol) {
    return symbol == Symbol::Number || symbol == Symbol::Open || symbol == Symbol::Root;
}

}  // namespace

std::optional<std::vector<Token>> tokens_of(std::string_view expression) {
    std::vector<Token> tokens;
    while (!expression.empty()) {
        if (expression.front() == ' ' || expression.front() == '\t') {
            expression.remove_prefix(1);
            continue;
        }
        const bool digit = expression.front() >= '0' && expression.front() <= '9';
        if (digit || expression.front() == '.') {
            double value = 0;
            const auto [end, error] =
                std::from_chars(expression.data(), expression.data() + expression.size(), value);
            if (error != std::errc{} || !std::isfinite(value)) {
                return std::nullopt;
            }
            expression.remove_prefix(static_cast<std::size_t>(end - expression.data()));
            tokens.push_back({.symbol = Symbol::Number, .value = value});
            continue;
        }
        bool known = false;
        for (const auto& [spelling, symbol] : spellings) {
            if (expression.starts_with(spelling)) {
                expression.remove_prefix(spelling.size());
                tokens.push_back({.symbol = symbol});
                known = true;
                break;
            }
        }
        if (!known) {
            return std::nullopt;
        }
    }
    tokens.push_back({.symbol = Symbol::End});
    for (std::size_t index = 0; index + 1 < tokens.size(); ++index) {
        if (tokens[index].symbol == Symbol::Percent && begins_operand(tokens[index + 1].symbol)) {
            tokens[index].symbol = Symbol::Remainder;
        }
    }
    return tokens;
}

}  // namespace repartee::skills::calculator
