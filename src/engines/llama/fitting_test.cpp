#include "engines/llama/fitting.h"

#include <gmock/gmock.h>

namespace repartee::engines::llama {

namespace {

using testing::ElementsAre;

constexpr std::size_t message_bytes = 100;

// Instructions, then exchanges "1", "1!", "2", "2!" ..., then a question.
Prompt long_prompt(int exchanges) {
    Prompt prompt{.messages = {{.role = Role::System, .content = std::string(message_bytes, 's')}}};
    auto add = [&](Role role, std::string name) {
        name.resize(message_bytes, ' ');
        prompt.messages.push_back({.role = role, .content = std::move(name)});
    };
    for (int i = 1; i <= exchanges; ++i) {
        add(Role::User, std::to_string(i));
        add(Role::Assistant, std::to_string(i) + "!");
    }
    add(Role::User, "?");
    return prompt;
}

// The first words, without the instructions.
std::vector<std::string> names(const Prompt& prompt) {
    std::vector<std::string> names;
    for (const auto& message : prompt.messages) {
        if (message.role != Role::System) {
            names.push_back(message.content.substr(0, message.content.find(' ')));
        }
    }
    return names;
}

}  // namespace

TEST(Fitting, LeavesWhatFitsAsItIs) {
    auto prompt = long_prompt(3);
    EXPECT_EQ(fitted(prompt, size_of(prompt)).messages.size(), prompt.messages.size());
}

TEST(Fitting, LeavesOutTheOldestExchangesAndNeverTheInstructions) {
    auto prompt = fitted(long_prompt(3), 7 * (message_bytes + 16));
    EXPECT_EQ(prompt.messages.front().role, Role::System);
    EXPECT_THAT(names(prompt), ElementsAre("2", "2!", "3", "3!", "?"));
}

TEST(Fitting, KeepsWhatBelongsToTheQuestion) {
    auto prompt = long_prompt(2);
    prompt.messages.push_back(
        {.role = Role::Assistant, .content = "", .calls = {{.id = "1", .name = "clock"}}});
    prompt.messages.push_back({.role = Role::Skill, .content = "nine", .call_id = "1"});
    EXPECT_THAT(names(fitted(prompt, 1)), ElementsAre("?", "", "nine"));
}

TEST(Fitting, CannotMakeAQuestionShorter) {
    EXPECT_THAT(names(fitted(long_prompt(0), 1)), ElementsAre("?"));
    EXPECT_TRUE(fitted({}, 0).messages.empty());
}

// Else all of it would have to be read anew in every turn.
TEST(Fitting, BeginsInTheSamePlaceForSeveralTurns) {
    constexpr std::size_t most = 40 * (message_bytes + 16);
    int changes = 0;
    std::string first;
    for (int exchanges = 20; exchanges < 60; ++exchanges) {
        auto prompt = fitted(long_prompt(exchanges), most);
        EXPECT_LE(size_of(prompt), most);
        auto now_first = names(prompt).front();
        changes += now_first != first ? 1 : 0;
        first = now_first;
    }
    EXPECT_LE(changes, 9);
}

}  // namespace repartee::engines::llama
