#include "skills/calculator/expression.h"

#include "skills/calculator/tokens.h"

#include <fmt/format.h>

#include <cmath>

namespace repartee::skills::calculator {

namespace {

// A sum of more parts than this is not repeated to the listener.
constexpr std::size_t longest_spoken = 6;  // tokens

Failure unanswerable(std::string sentence) {
    return Failure(ErrorKind::Unprocessable, std::move(sentence));
}

Failure unreadable() {
    return unanswerable("I could not read that calculation.");
}

// Recursive descent, one function per level of precedence. Throws Failure.
class Reader {
public:
    explicit Reader(const std::vector<Token>& tokens) : tokens_(tokens) {}

    double read_all() {
        const double value = sum().value;
        if (next() != Symbol::End) {
            throw unreadable();
        }
        return value;
    }

private:
    struct Operand {
        double value = 0;
        bool percentage = false;  // written with a percent sign and nothing else: 10%
    };

    // Every way to recurse passes here, so a bound on it bounds the stack.
    class Level {
    public:
        explicit Level(int& depth) : depth_(depth) {
            if (++depth_ > deepest_nesting) {
                throw unanswerable("That calculation is too complicated for me.");
            }
        }
        ~Level() { --depth_; }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;

    private:
        int& depth_;
    };

    Operand sum() {
        Operand left = product();
        while (next() == Symbol::Plus || next() == Symbol::Minus) {
            const bool adds = take() == Symbol::Plus;
            const Operand right = product();
            // As on a pocket calculator, 200 + 10% adds ten percent of the 200.
            const double change =
                right.percentage && !left.percentage ? left.value * right.value : right.value;
            left = {.value = adds ? left.value + change : left.value - change,
                    .percentage = left.percentage && right.percentage};
        }
        return left;
    }

    Operand product() {
        Operand left = signed_operand();
        for (;;) {
            switch (next()) {
                case Symbol::Times:
                case Symbol::Of:
                    take();
                    left = {.value = left.value * signed_operand().value};
                    break;
                case Symbol::Divide:
                    take();
                    left = {.value = left.value / divisor()};
                    break;
                case Symbol::Remainder:
                    take();
                    left = {.value = std::fmod(left.value, divisor())};
                    break;
                default: return left;
            }
        }
    }

    double divisor() {
        const double value = signed_operand().value;
        if (value == 0) {
            throw unanswerable("I can't divide by zero.");
        }
        return value;
    }

    Operand signed_operand() {
        const Level level(depth_);
        if (next() == Symbol::Minus) {
            take();
            Operand operand = signed_operand();
            operand.value = -operand.value;
            return operand;
        }
        if (next() == Symbol::Plus) {
            take();
            return signed_operand();
        }
        return power();
    }

    // Binds to the right, and closer than a minus before it: -2^2 is -4.
    Operand power() {
        const Operand base = with_percent();
        if (next() != Symbol::Power) {
            return base;
        }
        take();
        const double exponent = signed_operand().value;
        if (base.value == 0 && exponent < 0) {
            throw unanswerable("I can't divide by zero.");
        }
        const double value = std::pow(base.value, exponent);
        if (std::isnan(value)) {
            throw unanswerable("That has no answer among the real numbers.");
        }
        return {.value = value};
    }

    Operand with_percent() {
        Operand operand{.value = primary()};
        while (next() == Symbol::Percent) {
            take();
            operand = {.value = operand.value / 100, .percentage = true};
        }
        return operand;
    }

    double primary() {
        const Level level(depth_);
        switch (next()) {
            case Symbol::Number: return tokens_[position_++].value;
            case Symbol::Open: {
                take();
                const double value = sum().value;
                if (next() != Symbol::Close) {
                    throw unreadable();
                }
                take();
                return value;
            }
            case Symbol::Root: {
                take();
                if (next() == Symbol::Of) {
                    take();
                }
                const double value = primary();
                if (value < 0) {
                    throw unanswerable("I can't take the square root of a negative number.");
                }
                return std::sqrt(value);
            }
            default: throw unreadable();
        }
    }

    Symbol next() const { return tokens_[position_].symbol; }
    Symbol take() { return tokens_[position_++].symbol; }

    const std::vector<Token>& tokens_;  // ended by Symbol::End, which is never taken
    std::size_t position_ = 0;
    int depth_ = 0;
};

std::string_view in_words(Symbol symbol) {
    switch (symbol) {
        case Symbol::Plus: return "plus";
        case Symbol::Minus: return "minus";
        case Symbol::Times: return "times";
        case Symbol::Divide: return "divided by";
        case Symbol::Remainder: return "modulo";
        case Symbol::Power: return "to the power of";
        case Symbol::Percent: return "percent";
        case Symbol::Of: return "of";
        case Symbol::Root: return "the square root of";
        default: return "";
    }
}

// Parentheses cannot be heard, so they are left out where they say nothing: sqrt(16).
std::string spoken(const std::vector<Token>& tokens) {
    std::string words;
    std::size_t parts = 0;
    for (std::size_t index = 0; tokens[index].symbol != Symbol::End; ++index) {
        const Token& token = tokens[index];
        if (token.symbol == Symbol::Open) {
            const bool around_a_number = index > 0 && tokens[index - 1].symbol == Symbol::Root &&
                                         tokens[index + 1].symbol == Symbol::Number &&
                                         tokens[index + 2].symbol == Symbol::Close;
            if (!around_a_number) {
                return {};
            }
            continue;
        }
        if (token.symbol == Symbol::Close) {
            continue;
        }
        if (token.symbol == Symbol::Of && index > 0 && tokens[index - 1].symbol == Symbol::Root) {
            continue;
        }
        if (++parts > longest_spoken) {
            return {};
        }
        words += words.empty() ? "" : " ";
        words +=
            token.symbol == Symbol::Number ? spoken_number(token.value) : std::string(in_words(token.symbol));
    }
    return words;
}

}  // namespace

Result<Calculation> calculate(std::string_view expression) {
    if (expression.size() > longest_expression) {
        return Error{ErrorKind::TooLarge, "That calculation is too long for me.", {}};
    }
    const auto tokens = tokens_of(expression);
    if (!tokens) {
        return unreadable().error();
    }
    try {
        const double value = Reader(*tokens).read_all();
        if (!std::isfinite(value)) {
            return Error{ErrorKind::Unprocessable, "That number is too large for me.", {}};
        }
        return Calculation{.value = value, .spoken = spoken(*tokens)};
    } catch (const Failure& failure) {
        return failure.error();
    }
}

std::string spoken_number(double value) {
    const double size = std::abs(value);
    const std::string sign = value < 0 && size != 0 ? "minus " : "";
    if (size < 1e15 && std::trunc(size) == size) {
        return sign + fmt::format("{:.0f}", size);
    }
    if (size >= 1e15 || size < 1e-4) {
        const int exponent = static_cast<int>(std::floor(std::log10(size)));
        return fmt::format("about {}{:.4g} times 10 to the power of {}{}", sign,
                           size / std::pow(10, exponent), exponent < 0 ? "minus " : "", std::abs(exponent));
    }
    // Six decimals say most results exactly; floating point's crumbs (0.1 + 0.2) are swept away.
    const double rounded = std::round(size * 1e6) / 1e6;
    const bool exact = std::abs(rounded - size) <= 1e-12 * size;
    auto digits = fmt::format("{:.{}f}", size, exact ? 6 : 4);
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.ends_with('.')) {
        digits.pop_back();
    }
    return (exact ? "" : "about ") + sign + digits;
}

}  // namespace repartee::skills::calculator
