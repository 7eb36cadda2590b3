#include "engines/rules/rules_model.h"

#include "engines/rules/intents.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <ranges>

namespace repartee::engines::rules {

namespace {

constexpr std::string_view greeting = "Hello! What can I do for you?";

// Word by word with the blank before it, as language models do. The pieces add up to `text`.
void put_text(std::deque<ModelOutput>& outputs, std::string_view text) {
    while (!text.empty()) {
        const auto word = text.find_first_not_of(' ');
        const auto end = word == std::string_view::npos ? word : text.find(' ', word);
        outputs.emplace_back(TextDelta{std::string(text.substr(0, end))});
        text.remove_prefix(end == std::string_view::npos ? text.size() : end);
    }
}

// Skills the rules know how to ask, each with a parameter of its own: another skill may share a name with one
// of ours, when a client brings its own.
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> skills_of_ours{{
    {"clock", "operation"},
    {"calculator", "expression"},
    {"timer", "operation"},
    {"notes", "operation"},
    {"learn", "fact"},
    {"call", "target"},
    {"sms", "message"},
    {"navigation", "destination"},
    {"calendar", "action"},
    {"media", "command"},
    {"system", "setting"},
    {"weather", "location"},
    {"search", "query"},
    {"robot", "action"},
}};

std::set<std::string, std::less<>> known_skills(const std::vector<SharedSchema>& offered) {
    std::set<std::string, std::less<>> known;
    for (const auto& skill : offered) {
        const auto* properties = skill->parameters.if_contains("properties");
        const auto* described = properties ? properties->if_object() : nullptr;
        const auto* ours =
            std::ranges::find(skills_of_ours, skill->name, &decltype(skills_of_ours)::value_type::first);
        if (described && ours != skills_of_ours.end() && described->contains(ours->second)) {
            known.insert(skill->name);
        }
    }
    return known;
}

// What the skills answered to the latest calls, in the order of the calls.
std::string skill_results(std::span<const Message> messages) {
    auto first = messages.size();
    while (first > 0 && messages[first - 1].role == Role::Skill) {
        --first;
    }
    std::string text;
    for (const auto& message : messages.subspan(first)) {
        text += text.empty() || message.content.empty() ? "" : " ";
        text += message.content;
    }
    return text.empty() ? "Done." : text;
}

std::deque<ModelOutput> answer_to(const Prompt& prompt) {
    std::deque<ModelOutput> outputs;
    AnswerEnd end;
    const std::span<const Message> messages = prompt.messages;
    if (messages.empty() || (messages.back().role != Role::User && messages.back().role != Role::Skill)) {
        put_text(outputs, greeting);  // the agent is to open the conversation
    } else if (messages.back().role == Role::Skill) {
        put_text(outputs, skill_results(messages));
    } else {
        const Situation situation{.utterance = messages.back().content,
                                  .skills = known_skills(prompt.skills),
                                  .earlier = messages.first(messages.size() - 1)};
        auto decision = decide(situation);
        if (const auto* said = std::get_if<Say>(&decision)) {
            put_text(outputs, said->text);
        } else {
            auto& ask = std::get<Ask>(decision);
            // Messages only ever get more, so their number makes an id that is new.
            outputs.emplace_back(SkillCall{.id = fmt::format("rules-{}", messages.size()),
                                           .name = std::move(ask.skill),
                                           .arguments = std::move(ask.arguments)});
            end.reason = "skill";
        }
    }
    outputs.emplace_back(std::move(end));
    return outputs;
}

class RulesStream final : public ModelStream {
public:
    explicit RulesStream(std::deque<ModelOutput> outputs) : outputs_(std::move(outputs)) {}

    awaitable<std::optional<ModelOutput>> next() override {
        if (outputs_.empty()) {
            co_return std::nullopt;
        }
        std::optional<ModelOutput> output = std::move(outputs_.front());
        outputs_.pop_front();
        co_return output;
    }

private:
    std::deque<ModelOutput> outputs_;
};

}  // namespace

EngineInfo RulesModel::info() const {
    return {.kind = "rules", .model = "rules", .place = Place::Embedded};
}

awaitable<Health> RulesModel::check() {
    Health health{.usable = true,
                  .reason = "built in: time, sums, timers and notes in English, no free conversation",
                  .advice =
                      "for a language model, install Ollama, type `ollama pull llama3.2` and set "
                      "OLLAMA_MODEL=llama3.2"};
    co_return health;
}

std::unique_ptr<ModelStream> RulesModel::start(Prompt prompt) {
    return std::make_unique<RulesStream>(answer_to(prompt));
}

}  // namespace repartee::engines::rules
