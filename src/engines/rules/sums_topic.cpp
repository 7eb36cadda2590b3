// "what is twelve plus thirty"
#include "engines/rules/arithmetic.h"
#include "engines/rules/topics.h"

namespace repartee::engines::rules {

std::optional<Decision> about_sums(Words words, const Situation& situation) {
    const auto expression = expression_in(words);
    if (!expression) {
        return std::nullopt;
    }
    if (!situation.skills.contains("calculator")) {
        return lacking("calculator");
    }
    return Ask{.skill = "calculator", .arguments = {{"expression", *expression}}};
}

}  // namespace repartee::engines::rules
