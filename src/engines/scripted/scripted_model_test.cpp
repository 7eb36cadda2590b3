#include "engines/scripted/scripted_model.h"

#include "engines/scripted/test_stage.h"

#include <gtest/gtest.h>

namespace repartee::engines::scripted {

namespace {

Prompt prompt_of(std::string words) {
    return {.messages = {{.role = Role::System, .content = "Be brief."},
                         {.role = Role::User, .content = std::move(words)}}};
}

TEST(ScriptedModel, AnswersWordByWordOnSchedule) {
    TestStage stage;
    ScriptedModel model({.reply = "You said: {text}", .first_token = 100ms, .token = 20ms}, stage.clock);
    auto answer = model.start(prompt_of("hello"));
    auto outputs = stage.run(read_all<ModelOutput>(*answer, stage.clock));
    ASSERT_EQ(outputs.size(), 4u);
    EXPECT_EQ(std::get<TextDelta>(outputs[0].value).text, "You");
    EXPECT_EQ(outputs[0].at, 100ms);
    EXPECT_EQ(std::get<TextDelta>(outputs[1].value).text, " said:");
    EXPECT_EQ(outputs[1].at, 120ms);
    EXPECT_EQ(std::get<TextDelta>(outputs[2].value).text, " hello");
    EXPECT_EQ(outputs[2].at, 140ms);
    EXPECT_EQ(std::get<AnswerEnd>(outputs[3].value).reason, "stop");
    EXPECT_EQ(outputs[3].at, 140ms);
}

TEST(ScriptedModel, RepeatsTheLastWordsOfTheUserAsTheyAre) {
    ScriptedSettings settings{.reply = "{text}, {text}"};
    auto prompt = prompt_of("first");
    prompt.messages.push_back({.role = Role::User, .content = "{text}!"});
    prompt.messages.push_back({.role = Role::Skill, .content = "42"});
    EXPECT_EQ(reply_to(settings, prompt), "{text}!, {text}!");
    EXPECT_EQ(reply_to(settings, {}), ", ");
}

TEST(ScriptedModel, CountsAsManyWordsAsAsked) {
    ScriptedSettings settings{.reply_words = 10};
    EXPECT_EQ(reply_to(settings, {}), "One two three four five six seven eight. One two.");
}

TEST(ScriptedModel, StopsAtTheTokenLimit) {
    TestStage stage;
    ScriptedModel model({.reply = "one two three"}, stage.clock);
    auto prompt = prompt_of("count");
    prompt.sampling.max_tokens = 2;
    auto answer = model.start(std::move(prompt));
    auto outputs = stage.run(read_all<ModelOutput>(*answer, stage.clock));
    ASSERT_EQ(outputs.size(), 3u);
    EXPECT_EQ(std::get<AnswerEnd>(outputs[2].value).reason, "length");
    EXPECT_EQ(std::get<AnswerEnd>(outputs[2].value).answer_tokens, 2);
}

TEST(ScriptedModel, EndsAnEmptyReplyAtOnceAfterItsDelay) {
    TestStage stage;
    ScriptedModel model({.reply = " ", .first_token = 30ms}, stage.clock);
    auto answer = model.start(prompt_of("hello"));
    auto outputs = stage.run(read_all<ModelOutput>(*answer, stage.clock));
    ASSERT_EQ(outputs.size(), 1u);
    EXPECT_TRUE(std::holds_alternative<AnswerEnd>(outputs[0].value));
    EXPECT_EQ(outputs[0].at, 30ms);
}

}  // namespace

}  // namespace repartee::engines::scripted
