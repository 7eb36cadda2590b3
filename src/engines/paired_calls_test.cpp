#include "engines/paired_calls.h"

#include <gtest/gtest.h>

namespace repartee::engines {

namespace {

Message said(Role role, std::string words) {
    return {.role = role, .content = std::move(words)};
}

Message calls(std::vector<std::string> ids) {
    Message message{.role = Role::Assistant, .content = {}};
    for (auto& id : ids) {
        message.calls.push_back({.id = id, .name = "clock", .arguments = {}});
    }
    return message;
}

Message answer(std::string id) {
    return {.role = Role::Skill, .content = "noon", .call_id = std::move(id), .skill = "clock"};
}

// "U", "A", "A(1,2)", "1=noon" ...
std::string told(const std::vector<Message>& messages) {
    std::string all;
    for (const auto& message : messages) {
        all += all.empty() ? "" : " ";
        switch (message.role) {
            case Role::System: all += "S"; break;
            case Role::User: all += "U"; break;
            case Role::Assistant:
                all += "A";
                for (const auto& call : message.calls) {
                    all += "(" + call.id + ")";
                }
                break;
            case Role::Skill: all += message.call_id + "=" + message.content; break;
        }
    }
    return all;
}

TEST(PairedCalls, LeavesAWholeHistoryAsItIs) {
    EXPECT_EQ(
        told(with_paired_calls({said(Role::System, "Be brief."), said(Role::User, "time?"), calls({"1", "2"}),
                                answer("1"), answer("2"), said(Role::Assistant, "noon")})),
        "S U A(1)(2) 1=noon 2=noon A");
    EXPECT_TRUE(with_paired_calls({}).empty());
}

TEST(PairedCalls, AnswersACallThatWasCutShort) {
    EXPECT_EQ(told(with_paired_calls({said(Role::User, "time?"), calls({"1", "2"}), answer("2"),
                                      said(Role::User, "never mind")})),
              "U A(1)(2) 1=This was cancelled. 2=noon U");
    EXPECT_EQ(told(with_paired_calls({calls({"1"})})), "A(1) 1=This was cancelled.");
}

TEST(PairedCalls, DropsAnAnswerWithoutItsCall) {
    EXPECT_EQ(told(with_paired_calls({answer("1"), said(Role::User, "hi"), answer("1"), calls({"2"}),
                                      answer("1"), answer("2"), answer("2")})),
              "U A(2) 2=noon");
}

TEST(PairedCalls, TakesTheAnswerThatStandsBehindItsOwnCall) {
    auto second = answer("1");
    second.content = "one o'clock";
    EXPECT_EQ(told(with_paired_calls(
                  {calls({"1"}), answer("1"), said(Role::User, "and now?"), calls({"1"}), second})),
              "A(1) 1=noon U A(1) 1=one o'clock");
}

}  // namespace

}  // namespace repartee::engines
