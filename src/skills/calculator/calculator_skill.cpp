#include "skills/calculator/calculator_skill.h"

#include "skills/calculator/expression.h"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace repartee::skills::calculator {

namespace json = boost::json;

namespace {

std::string answer(std::string_view expression) {
    const auto calculation = calculate(expression);
    if (!calculation) {
        return calculation.error().message;
    }
    std::string subject = calculation->spoken.empty() ? "The answer" : calculation->spoken;
    if (subject.front() >= 'a' && subject.front() <= 'z') {
        subject.front() = static_cast<char>(subject.front() - 'a' + 'A');
    }
    return fmt::format("{} is {}.", subject, spoken_number(calculation->value));
}

}  // namespace

SharedSchema CalculatorSkill::schema() const {
    static const auto schema =
        shared({.name = "calculator",
                .description = "Works out an arithmetic expression exactly. Use it for every calculation.",
                .parameters = json::parse(R"({
                "type": "object",
                "properties": {
                    "expression": {
                        "type": "string",
                        "maxLength": 200,
                        "description": "Digits, + - * / ^, parentheses, sqrt(16), 15% of 80, 17 mod 5. No words, no units."
                    }
                },
                "required": ["expression"]
            })")
                                  .as_object()});
    return schema;
}

awaitable<SkillResult> CalculatorSkill::run(json::object arguments) {
    SkillResult result{.text = answer(arguments.at("expression").get_string())};
    co_return result;
}

}  // namespace repartee::skills::calculator
