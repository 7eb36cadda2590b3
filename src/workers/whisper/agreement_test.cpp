#include "workers/whisper/agreement.h"

#include <gmock/gmock.h>

#include <sstream>

namespace repartee::workers::whisper {
namespace {

std::vector<Word> words(const std::string& text) {
    std::vector<Word> words;
    std::istringstream stream(text);
    for (std::string word; stream >> word;) {
        words.push_back({.text = word});
    }
    return words;
}

std::string text_of(const std::vector<Word>& words) {
    std::string text;
    for (const auto& word : words) {
        text += (text.empty() ? "" : " ") + word.text;
    }
    return text;
}

struct Step {
    const char* decoded;
    const char* becomes_certain;
    const char* uncertain;
};

void check_steps(std::initializer_list<Step> steps, const char* last, const char* final_text) {
    Agreement agreement;
    for (const auto& step : steps) {
        EXPECT_EQ(text_of(agreement.take(words(step.decoded))), step.becomes_certain) << step.decoded;
        EXPECT_EQ(text_of(agreement.uncertain()), step.uncertain) << step.decoded;
    }
    EXPECT_EQ(text_of(agreement.finish(words(last))), final_text);
}

TEST(Agreement, WhatTwoDecodingsAgreeUponIsCertain) {
    check_steps({{"turn", "", "turn"},
                 {"turn on", "turn", "on"},
                 {"turn on the", "on", "the"},
                 {"turn on the light", "the", "light"}},
                "turn on the light please", "turn on the light please");
}

TEST(Agreement, TheLastWordMayStillGrow) {
    check_steps({{"ten", "", "ten"}, {"ten", "", "ten"}, {"tennis is", "", "tennis is"}}, "Tennis is fun.",
                "Tennis is fun.");
}

TEST(Agreement, CaseAndPunctuationAreNoDisagreement) {
    check_steps({{"Hello. How", "", "Hello. How"}, {"hello, how are", "hello, how", "are"}},
                "Hello! How are you?", "hello, how are you?");
}

TEST(Agreement, NothingCertainIsTakenBack) {
    check_steps({{"I want two", "", "I want two"},
                 {"I want two apples", "I want two", "apples"},
                 {"I wanted to apples and", "", "apples and"}},
                "I wanted to apples and pears", "I want two apples and pears");
}

TEST(Agreement, AWordThatWasLeftOutIsNotSaidTwice) {
    check_steps({{"one two three", "", "one two three"}, {"one two three four", "one two three", "four"}},
                "one three four five", "one two three four five");
}

TEST(Agreement, NothingAtAll) {
    check_steps({{"", "", ""}, {"", "", ""}}, "", "");
}

}  // namespace
}  // namespace repartee::workers::whisper
