#include "skills/learning/learn_skill.h"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace repartee::skills::learning {

namespace json = boost::json;

namespace {

std::string fact_in(const json::object& arguments) {
    const auto* value = arguments.if_contains("fact");
    std::string fact = value && value->is_string() ? std::string(value->get_string()) : std::string();
    // One line: what is remembered is shown to models among other lines.
    for (auto& character : fact) {
        if (static_cast<unsigned char>(character) < 0x20) {
            character = ' ';
        }
    }
    auto begin = fact.find_first_not_of(' ');
    return begin == fact.npos ? std::string() : fact.substr(begin, fact.find_last_not_of(' ') + 1 - begin);
}

std::string_view said_about(Remembering::Outcome outcome) {
    switch (outcome) {
        case Remembering::Outcome::New: return "I will remember that.";
        case Remembering::Outcome::Known: return "I knew that already.";
        case Remembering::Outcome::Corrected: return "I have corrected that.";
    }
    return "Okay.";
}

}  // namespace

std::string clean_category(std::string_view category) {
    std::string clean;
    for (char character : category) {
        bool capital = character >= 'A' && character <= 'Z';
        bool fits =
            capital || (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9');
        if (fits) {
            clean += capital ? static_cast<char>(character | 0x20) : character;
        } else if (!clean.empty() && clean.back() != '_') {
            clean += '_';
        }
    }
    if (clean.ends_with('_')) {
        clean.pop_back();
    }
    return clean.empty() ? "general" : clean;
}

SharedSchema LearnSkill::schema() const {
    static const auto schema = shared(
        {.name = "learn",
         .description =
             "Remembers a fact about the user for good, also in place of an older one that was wrong, or "
             "forgets "
             "what the user does not want to be remembered.",
         .parameters = json::parse(R"({
                "type": "object",
                "properties": {
                    "fact": {
                        "type": "string",
                        "minLength": 1,
                        "maxLength": 1000,
                        "description": "One sentence that can be understood by itself, such as 'The user's cat is called Ink.'. To forget: what it is about."
                    },
                    "category": {
                        "type": "string",
                        "maxLength": 40,
                        "description": "What kind of fact, such as preference, family, work, correction."
                    },
                    "operation": {
                        "type": "string",
                        "enum": ["remember", "forget"],
                        "description": "remember, if left out."
                    }
                },
                "required": ["fact"]
            })")
                           .as_object()});
    return schema;
}

awaitable<SkillResult> LearnSkill::run(json::object arguments) {
    if (memory_ == nullptr) {
        co_return SkillResult{.text = "I cannot remember anything here beyond this conversation."};
    }
    auto fact = fact_in(arguments);
    if (fact.empty()) {
        co_return SkillResult{.text = "What should I remember?"};
    }
    const auto* operation = arguments.if_contains("operation");
    if (operation != nullptr && *operation == "forget") {
        auto forgotten = co_await memory_->forget(std::move(fact));
        co_return SkillResult{
            .text = forgotten.empty() ? "I remember nothing of that kind."
                    : forgotten.size() == 1
                        ? "I have forgotten it."
                        : fmt::format("I have forgotten {} things about that.", forgotten.size())};
    }
    const auto* named = arguments.if_contains("category");
    auto category = clean_category(named && named->is_string() ? std::string_view(named->get_string()) : "");
    auto outcome = co_await memory_->learn(std::move(fact), std::move(category));
    co_return SkillResult{.text = std::string(said_about(outcome))};
}

}  // namespace repartee::skills::learning
