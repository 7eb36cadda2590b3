#include "surfaces/misty/spoken_style.h"

#include <gtest/gtest.h>

namespace repartee::surfaces::misty {

std::ostream& operator<<(std::ostream& out, Layout layout) {
    return out << (layout == Layout::Prose ? "prose" : layout == Layout::List ? "list" : "table");
}

namespace {

TEST(SpokenStyle, FindsTheNinePhrases) {
    struct Row {
        std::string transcript;
        std::string question;
        std::string instructed;  // a word of the instructions
        int tokens = 150;
        Layout layout = Layout::Prose;
    };
    const Row rows[] = {
        {"what is gravity", "what is gravity", ""},
        {"what is gravity long answer", "what is gravity", "detailed", 300},
        {"what is gravity with example", "what is gravity", "example"},
        {"what is gravity real world example", "what is gravity", "real world"},
        {"what is gravity bullet points", "what is gravity", "list", 150, Layout::List},
        {"how do i make tea step by step", "how do i make tea", "steps", 150, Layout::List},
        {"compare cats and dogs table format", "compare cats and dogs", "table", 150, Layout::Table},
        {"technical explanation of tls", "of tls", "technically"},
        {"explain like beginner what gravity is", "what gravity is", "beginner"},
        {"what is a pointer for interview", "what is a pointer", "interview"},
    };
    for (const auto& row : rows) {
        auto style = spoken_style(row.transcript);
        EXPECT_EQ(style.question, row.question);
        EXPECT_NE(style.instructions.find(row.instructed), std::string::npos) << style.instructions;
        EXPECT_EQ(style.instructions.empty(), row.instructed.empty()) << style.instructions;
        EXPECT_EQ(style.token_limit, row.tokens) << row.transcript;
        EXPECT_EQ(style.layout, row.layout) << row.transcript;
    }
}

TEST(SpokenStyle, LeavesAQuestionBehindThatReadsWell) {
    const std::pair<std::string, std::string> rows[] = {
        {"Explain gravity, long answer.", "Explain gravity."},
        {"What is Gravity? Long answer, please.", "What is Gravity? please."},
        {"Long answer: what is gravity?", "what is gravity?"},
        {"Tell me about cats in a table format", "Tell me about cats"},
        {"Tell me about cats, step-by-step and with an example.", "Tell me about cats."},
        {"Tell me, in bullet points, about cats", "Tell me, about cats"},
        {"EXPLAIN LIKE A BEGINNER how TLS works", "how TLS works"},
        {"Compare \xC3\x84pfel and Birnen with real world examples!", "Compare \xC3\x84pfel and Birnen!"},
        // Nothing else was said: then it is the question.
        {"Long answer.", "Long answer."},
        {"", ""},
    };
    for (const auto& [transcript, question] : rows) {
        EXPECT_EQ(spoken_style(transcript).question, question) << transcript;
    }
}

TEST(SpokenStyle, ListensForWholePhrasesOnly) {
    for (auto transcript : {"what is the longest answer", "step by stepping", "a table. Format my disk",
                            "what should i wear for an interview", "bullet, points"}) {
        auto style = spoken_style(transcript);
        EXPECT_EQ(style.question, transcript);
        EXPECT_EQ(style.instructions, "");
    }
}

TEST(SpokenStyle, AddsUpWhatWasAskedFor) {
    auto style = spoken_style("long answer with example about cats in bullet points with example");
    EXPECT_EQ(style.question, "about cats");
    EXPECT_EQ(style.token_limit, 300);
    EXPECT_EQ(style.layout, Layout::List);
    auto first = style.instructions.find("Include an example.");
    EXPECT_NE(first, std::string::npos);
    EXPECT_EQ(style.instructions.find("Include an example.", first + 1), std::string::npos);
}

TEST(Finished, EndsProseWithItsLastSentence) {
    const std::pair<std::string, std::string> rows[] = {
        {"One two. Three four", "One two."},
        {" One two. Three four! ", "One two. Three four!"},
        {"Is it? Yes, it is", "Is it?"},
        {"no mark at all", "no mark at all"},
        {"", ""},
        {"It weighs 3.5 kilograms. That is", "It weighs 3.5 kilograms."},
        {"It weighs 3.5 kilograms", "It weighs 3.5 kilograms"},
        {"I know. Ask Dr. Smith about", "I know."},
        {"Sure. It is 5 p.m.", "Sure. It is 5 p.m."},
        {"She said \"No.\" Then she", "She said \"No.\""},
        {"**Bold.** And", "**Bold.**"},
        {"1. Boil water.\n2.", "1. Boil water."},
        {"\u0939\u093E\u0901\u0964 \u0914\u0930", "\u0939\u093E\u0901\u0964"},
        {"\u662F\u3002\u4E0D", "\u662F\u3002"},
    };
    for (const auto& [reply, expected] : rows) {
        EXPECT_EQ(finished(reply, Layout::Prose), expected) << reply;
    }
}

TEST(Finished, TakesTimeInProportion) {
    for (std::string pattern : {".", "Dr. ", "a.\"", "\n1.", "| ", "!)))"}) {
        std::string reply;
        while (reply.size() < 400'000) {
            reply += pattern;
        }
        for (auto layout : {Layout::Prose, Layout::List, Layout::Table}) {
            EXPECT_LE(finished(reply, layout).size(), reply.size());
        }
    }
}

TEST(Finished, TakesTheItemThatWasCutOffAList) {
    const std::pair<std::string, std::string> rows[] = {
        {"- Boil water.\n- Add tea.\n- Wai", "- Boil water.\n- Add tea."},
        {"- apples\n- pears\n- plu", "- apples\n- pears\n- plu"},
        {"Sure! Here they are:\n- apples\n- pears", "Sure! Here they are:\n- apples\n- pears"},
        {"1. Boil water\n2. Add tea", "1. Boil water\n2. Add tea"},
        {"1. Boil water. Wait.\n2. Add tea. Sti", "1. Boil water. Wait.\n2. Add tea."},
        {"One two. Three", "One two."},
    };
    for (const auto& [reply, expected] : rows) {
        EXPECT_EQ(finished(reply, Layout::List), expected) << reply;
    }
}

TEST(Finished, KeepsTheRowsOfATable) {
    EXPECT_EQ(finished("Here it is:\n| a | b |\n |---|---|\n| 1 | 2 |\nI hope it helps.", Layout::Table),
              "| a | b |\n|---|---|\n| 1 | 2 |");
    EXPECT_EQ(finished("There is no table. And", Layout::Table), "There is no table.");
}

}  // namespace
}  // namespace repartee::surfaces::misty
