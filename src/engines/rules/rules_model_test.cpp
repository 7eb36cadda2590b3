// Whole dialogues through the contracts: the model, and the real skills run by hand.
#include "engines/rules/rules_model.h"

#include "skills/try_skill.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace repartee::engines::rules {
namespace {

std::vector<ModelOutput> outputs_of(Model& model, Prompt prompt) {
    auto stream = model.start(std::move(prompt));
    std::vector<ModelOutput> outputs;
    for (;;) {
        asio::io_context context;
        std::optional<ModelOutput> output;
        asio::co_spawn(
            context, stream->next(),
            [&](const std::exception_ptr&, std::optional<ModelOutput> next) { output = std::move(next); });
        context.run();
        if (!output) {
            return outputs;
        }
        outputs.push_back(std::move(*output));
    }
}

// What a conversation does with a model and its skills, at its simplest.
class Dialogue : public testing::Test {
protected:
    Dialogue() {
        setenv("TZ", "UTC0", 1);
        tzset();
        std::vector<skills::SkillOffer> offers;
        skills::register_all(offers);
        for (const auto& offer : offers) {
            auto skill = offer.create(skills::SkillSurroundings{clock_});
            prompt_.skills.push_back(skill->schema());
            skills_[offer.name] = std::move(skill);
        }
        prompt_.messages.push_back({.role = Role::System, .content = "You are a helpful agent."});
    }
    ~Dialogue() override {
        unsetenv("TZ");
        tzset();
    }

    // What the agent answers, once all skills have run.
    std::string user(std::string_view utterance) {
        prompt_.messages.push_back({.role = Role::User, .content = std::string(utterance)});
        for (int round = 0; round < 2; ++round) {
            Message answer{.role = Role::Assistant};
            for (auto& output : outputs_of(model_, prompt_)) {
                if (auto* text = std::get_if<TextDelta>(&output)) {
                    answer.content += text->text;
                } else if (auto* call = std::get_if<SkillCall>(&output)) {
                    answer.calls.push_back(std::move(*call));
                }
            }
            prompt_.messages.push_back(answer);
            if (answer.calls.empty()) {
                return answer.content;
            }
            for (const auto& call : answer.calls) {
                run(call);
            }
        }
        return "asked for skills without end";
    }

    void run(const SkillCall& call) {
        auto result = skills::try_skill(*skills_.at(call.name), boost::json::serialize(call.arguments));
        prompt_.messages.push_back(
            {.role = Role::Skill, .content = result.text, .call_id = call.id, .skill = call.name});
        std::ranges::move(result.effects, std::back_inserter(effects_));
    }

    void let_pass(Duration duration) { clock_.run_until(context_, clock_.now() + duration); }

    asio::io_context context_;
    VirtualClock clock_{WallTime{1'763'737'500s}};  // Friday, November 21st, 2025, 15:05 UTC
    RulesModel model_;
    std::map<std::string, std::unique_ptr<skills::Skill>> skills_;
    std::vector<skills::Effect> effects_;
    Prompt prompt_;
};

TEST_F(Dialogue, AboutTimeAndSums) {
    EXPECT_EQ(user("hello"), "Hello! What can I do for you?");
    EXPECT_EQ(user("what time is it"), "It is 3:05 in the afternoon.");
    EXPECT_EQ(user("what day is tomorrow"), "Tomorrow is Saturday.");
    EXPECT_EQ(user("what's today's date"), "Today is Friday, November 21st, 2025.");
    EXPECT_EQ(user("what is twelve plus thirty"), "12 plus 30 is 42.");
    EXPECT_EQ(user("say that again"), "12 plus 30 is 42.");
    EXPECT_EQ(user("what is half of ten"), "0.5 times 10 is 5.");
    EXPECT_EQ(user("seventeen divided by zero"), "I can't divide by zero.");
    EXPECT_EQ(user("what did i just say"), "You said: seventeen divided by zero");
    EXPECT_EQ(user("thank you"), "You are welcome.");
}

TEST_F(Dialogue, AboutTimers) {
    EXPECT_EQ(user("how long is left on the timer"), "There is no timer running.");
    EXPECT_EQ(user("set a timer"), "For how long should I set the timer?");
    EXPECT_EQ(user("five minutes"), "Okay, 5 minutes, starting now.");
    ASSERT_EQ(effects_.size(), 1U);
    EXPECT_EQ(std::get<skills::StartTimer>(effects_[0]).after, 5min);

    let_pass(2min);
    EXPECT_EQ(user("how much time is left"), "The 5 minute timer has 3 minutes left.");
    EXPECT_EQ(user("remind me to check the oven in an hour and a half"),
              "Okay, 1 hour and 30 minutes for check the oven, starting now.");
    EXPECT_EQ(std::get<skills::StartTimer>(effects_[1]).announcement, "Time is up: check the oven.");
    EXPECT_EQ(user("cancel the five minute timer"), "I cancelled the 5 minute timer.");
    EXPECT_EQ(std::get<skills::CancelTimer>(effects_[2]).id, std::get<skills::StartTimer>(effects_[0]).id);
    EXPECT_EQ(user("cancel the timer"), "I cancelled the timer called check the oven.");
    EXPECT_EQ(user("cancel the timer"), "There is no timer running.");
}

TEST_F(Dialogue, AboutWhatToRemember) {
    EXPECT_EQ(user("what is my name"), "I have no note about that.");
    EXPECT_EQ(user("my name is anna"), "Okay, I will remember that your name is Anna.");
    EXPECT_EQ(user("remember that my favorite color is blue"),
              "Okay, I will remember that your favorite color is blue.");
    EXPECT_EQ(user("please remember that I parked on level three"),
              "Okay, I will remember that you parked on level three.");
    EXPECT_EQ(user("what is my name"), "Your name is Anna.");
    EXPECT_EQ(user("what's my favorite color"), "Your favorite color is blue.");
    EXPECT_EQ(user("my favorite color is green"), "Okay, I will remember that your favorite color is green.");
    EXPECT_EQ(user("what is my favorite color"), "Your favorite color is green.");
    EXPECT_EQ(user("where did i park"), "You parked on level three.");
    EXPECT_EQ(user("remember that the keys are on the table"),
              "Okay, I will remember that the keys are on the table.");
    EXPECT_EQ(user("where are the keys"), "The keys are on the table.");
    EXPECT_EQ(user("forget my name"), "Okay, I forgot it.");
    EXPECT_EQ(user("who am i"), "I have no note about that.");
}

TEST_F(Dialogue, AsksForOneSkillAtATimeWithAnIdOfItsOwn) {
    prompt_.messages.push_back({.role = Role::User, .content = "what time is it"});
    const auto outputs = outputs_of(model_, prompt_);
    ASSERT_EQ(outputs.size(), 2U);
    const auto& call = std::get<SkillCall>(outputs[0]);
    EXPECT_EQ(call.name, "clock");
    EXPECT_FALSE(call.id.empty());
    EXPECT_EQ(std::get<AnswerEnd>(outputs[1]).reason, "skill");

    prompt_.messages.push_back({.role = Role::User, .content = "what time is it"});
    EXPECT_NE(std::get<SkillCall>(outputs_of(model_, prompt_)[0]).id, call.id);
}

TEST_F(Dialogue, StreamsWordByWord) {
    prompt_.messages.push_back({.role = Role::User, .content = "goodbye"});
    auto outputs = outputs_of(model_, prompt_);
    EXPECT_EQ(std::get<TextDelta>(outputs[0]).text, "Goodbye!");
    EXPECT_EQ(std::get<AnswerEnd>(outputs[1]).reason, "stop");

    prompt_.messages.back().content = "thanks";
    outputs = outputs_of(model_, prompt_);
    ASSERT_EQ(outputs.size(), 4U);
    EXPECT_EQ(std::get<TextDelta>(outputs[0]).text, "You");
    EXPECT_EQ(std::get<TextDelta>(outputs[1]).text, " are");
    EXPECT_EQ(std::get<TextDelta>(outputs[2]).text, " welcome.");
}

TEST_F(Dialogue, PassesOnAllResultsOfSeveralCalls) {
    prompt_.messages.push_back({.role = Role::User, .content = "time and sum"});
    prompt_.messages.push_back({.role = Role::Assistant, .calls = {{.id = "1"}, {.id = "2"}}});
    prompt_.messages.push_back({.role = Role::Skill, .content = "It is noon.", .call_id = "1"});
    prompt_.messages.push_back({.role = Role::Skill, .content = "The answer is 42.", .call_id = "2"});
    std::string text;
    for (const auto& output : outputs_of(model_, prompt_)) {
        if (const auto* delta = std::get_if<TextDelta>(&output)) {
            text += delta->text;
        }
    }
    EXPECT_EQ(text, "It is noon. The answer is 42.");
}

TEST_F(Dialogue, LeavesSkillsAloneThatOnlyShareAName) {
    prompt_.skills = {shared({.name = "timer", .description = "A client's own.", .parameters = {}})};
    EXPECT_EQ(user("set a timer for five minutes"), "I have no timer in this conversation.");
}

TEST_F(Dialogue, OpensTheConversationWhenNobodyHasSpoken) {
    const auto outputs = outputs_of(model_, prompt_);
    ASSERT_GE(outputs.size(), 2U);
    EXPECT_EQ(std::get<TextDelta>(outputs[0]).text, "Hello!");
    EXPECT_EQ(outputs_of(model_, Prompt{}).size(), outputs.size());
}

TEST(RulesModel, IsAlwaysUsableAndSaysHowToGetMore) {
    RulesModel model;
    asio::io_context context;
    Health health;
    asio::co_spawn(context, model.check(),
                   [&](const std::exception_ptr&, Health answer) { health = std::move(answer); });
    context.run();
    EXPECT_TRUE(health.usable);
    EXPECT_THAT(health.advice, testing::HasSubstr("OLLAMA_MODEL"));
    EXPECT_EQ(model.info().kind, "rules");
    EXPECT_EQ(model.info().place, Place::Embedded);
}

}  // namespace
}  // namespace repartee::engines::rules
