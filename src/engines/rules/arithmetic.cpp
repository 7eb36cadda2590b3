#include "engines/rules/arithmetic.h"

#include "engines/rules/number_words.h"
#include "engines/rules/pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace repartee::engines::rules {

namespace {

using Spelling = std::pair<std::string_view, std::string_view>;

// Longer phrases before those they begin with.
constexpr auto operators = std::to_array<Spelling>({
    {"raised to the power of", "^"},
    {"to the power of", "^"},
    {"to the power", "^"},
    {"raised to", "^"},
    {"divided by", "/"},
    {"divide by", "/"},
    {"divided", "/"},
    {"over", "/"},
    {"multiplied by", "*"},
    {"multiply by", "*"},
    {"times by", "*"},
    {"times", "*"},
    {"time", "*"},
    {"x", "*"},
    {"take away", "-"},
    {"minus", "-"},
    {"less", "-"},
    {"plus", "+"},
    {"add", "+"},
    {"modulo", "mod"},
    {"mod", "mod"},
    {"* *", "^"},
    {"+", "+"},
    {"-", "-"},
    {"*", "*"},
    {"/", "/"},
    {"^", "^"},
    {"%", "mod"},
});

// What stands before an operand and binds to it.
constexpr auto prefixes = std::to_array<Spelling>({
    {"the square root of", "sqrt"},
    {"square root of", "sqrt"},
    {"square root", "sqrt"},
    {"the root of", "sqrt"},
    {"root of", "sqrt"},
    {"sqrt of", "sqrt"},
    {"sqrt", "sqrt"},
    {"twice", "2 *"},
    {"double", "2 *"},
    {"triple", "3 *"},
    {"(", "("},
});

constexpr auto postfixes = std::to_array<Spelling>({
    {"percent", "%"},
    {"per cent", "%"},
    {"%", "%"},
    {"squared", "^2"},
    {"cubed", "^3"},
    {")", ")"},
});

// What a recogniser writes where a number is due and it did not know.
constexpr auto homophones = std::to_array<Spelling>({
    {"for", "4"},
    {"fore", "4"},
    {"to", "2"},
    {"too", "2"},
    {"won", "1"},
    {"ate", "8"},
    {"oh", "0"},
});

// How many words of the phrase's length `words` begin with it; 0 when they do not.
std::size_t begins_with(Words words, std::string_view phrase) {
    std::size_t length = 0;
    while (!phrase.empty()) {
        const auto blank = phrase.find(' ');
        if (length == words.size() || words[length].key != phrase.substr(0, blank)) {
            return 0;
        }
        ++length;
        phrase = blank == std::string_view::npos ? std::string_view() : phrase.substr(blank + 1);
    }
    return length;
}

// Writes down operand, operator, operand ... for as long as they alternate.
class Writer {
public:
    explicit Writer(Words words) : rest_(words) {}

    std::optional<std::string> write() {
        if (!operand()) {
            return std::nullopt;
        }
        while (!rest_.empty()) {
            if (!link() || !operand()) {
                return std::nullopt;
            }
        }
        return operations_ > 0 ? std::optional(text_) : std::nullopt;
    }

private:
    bool operand() {
        while (take(prefixes)) {
            ++operations_;
        }
        if (const auto number = read_number(rest_)) {
            put(fmt::format("{}", number->value));
            rest_ = rest_.subspan(number->length);
            part_ = number->fraction ? Part::Fraction : Part::Number;
        } else if (take(homophones)) {
            part_ = Part::Number;
        } else {
            return false;
        }
        while (!remainder_follows() && take(postfixes)) {
            ++operations_;
            part_ = text_.ends_with('%') ? Part::Percentage : Part::Number;
        }
        return true;
    }

    // What joins two operands: an operator, or "of" after a part of something.
    bool link() {
        ++operations_;
        if (rest_.front().key == "of" && part_ != Part::Number) {
            put(part_ == Part::Percentage ? "of" : "*");
            rest_ = rest_.subspan(1);
            return true;
        }
        return take(operators);
    }

    // Typed "17 % 5": the sign stands between two numbers.
    bool remainder_follows() const {
        return rest_.size() > 1 && rest_.front().key == "%" && rest_[1].key != "-" &&
               read_number(rest_.subspan(1));
    }

    template <std::size_t Size>
    bool take(const std::array<Spelling, Size>& spellings) {
        for (const auto& [phrase, written] : spellings) {
            if (const auto length = begins_with(rest_, phrase)) {
                put(written);
                rest_ = rest_.subspan(length);
                return true;
            }
        }
        return false;
    }

    void put(std::string_view piece) {
        const bool tight = text_.empty() || text_.ends_with('(') || text_.ends_with("sqrt") || piece == ")" ||
                           piece == "%" || piece.starts_with('^') || text_.ends_with('^');
        text_ += tight ? "" : " ";
        // "sqrt 16" is read more easily as sqrt(16), and the calculator does not mind.
        text_ +=
            text_.ends_with("sqrt") ? (piece == "(" ? "(" : fmt::format("({})", piece)) : std::string(piece);
    }

    enum class Part { Number, Fraction, Percentage };

    Words rest_;
    std::string text_;
    Part part_ = Part::Number;
    int operations_ = 0;
};

std::optional<std::string> whole_expression(Words words) {
    return Writer(words).write();
}

// An operand of "add ... to ...": a number, or a calculation of its own.
std::optional<std::string> side(Words words) {
    if (const auto number = read_number(words); number && number->length == words.size()) {
        return fmt::format("{}", number->value);
    }
    if (words.size() == 1) {
        const auto* homophone =
            std::ranges::find(homophones, std::string_view(words.front().key), &Spelling::first);
        if (homophone != homophones.end()) {
            return std::string(homophone->second);
        }
    }
    const auto expression = whole_expression(words);
    return expression ? std::optional(fmt::format("({})", *expression)) : std::nullopt;
}

// "add two and three", "subtract three from ten"
std::optional<std::string> commanded(Words words) {
    struct Command {
        std::string_view pattern;
        std::string_view operation;
        bool swapped = false;  // the second operand comes first
    };
    constexpr Command commands[] = {
        {"add * to|and|plus *", "+"},
        {"[the] sum of * and *", "+"},
        {"subtract|take|deduct * from *", "-", true},
        {"[the] difference between|of * and *", "-"},
        {"multiply * by|with|and|times *", "*"},
        {"[the] product of * and *", "*"},
        {"divide * by *", "/"},
    };
    for (const auto& command : commands) {
        const auto sides = match(command.pattern, words);
        if (!sides) {
            continue;
        }
        const auto first = side(sides->at(command.swapped ? 1 : 0));
        const auto second = side(sides->at(command.swapped ? 0 : 1));
        if (first && second) {
            return fmt::format("{} {} {}", *first, command.operation, *second);
        }
    }
    return std::nullopt;
}

// The question without the words around it: "what is ...", "... equals".
Words bare_question(Words words) {
    const auto leading = match_any({"what is|does|are *", "how much is|does|are *", "how many is|are *",
                                    "calculate|compute|solve|evaluate *", "work|figure out *",
                                    "what do you get if you *", "the result of *", "what if you *"},
                                   words);
    if (leading) {
        words = leading->front();
    }
    const auto trailing = match("* equal|equals|make|makes|is", words);
    return trailing ? trailing->front() : words;
}

}  // namespace

std::optional<std::string> expression_in(Words words) {
    const Words question = bare_question(words);
    if (auto expression = commanded(question)) {
        return expression;
    }
    return whole_expression(question);
}

}  // namespace repartee::engines::rules
