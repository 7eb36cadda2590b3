#include "surfaces/media_stream/parked_state.h"

#include <gtest/gtest.h>

namespace repartee::surfaces::media_stream {
namespace {

using conversation::Due;

constexpr std::int64_t noon_ms = 1'800'000'000'000;

ParkedState eventful() {
    ParkedState state{.agent = "repartee", .session = "call-7", .token_version = 3, .ends_at_ms = noon_ms};
    state.last_number = 9;
    state.events = {{8, R"({"event_type":"user_text","text":"\"hi\"","seq":8})"}};
    SkillCall call{.id = "1", .name = "timer", .arguments = {{"minutes", 5}}, .extras = {{"thought", "x"}}};
    state.talk.past = {{{.role = Role::Assistant, .content = "Hello."}},
                       {{.role = Role::User, .content = "set a timer\n\u0928"},
                        {.role = Role::Assistant, .content = "", .calls = {call}},
                        {.role = Role::Skill, .content = "Set.", .call_id = "1", .skill = "timer"},
                        {.role = Role::Assistant, .content = "It is set."}}};
    state.talk.due = {{.kind = Due::Kind::Excuse, .text = "call Mom", .told = true},
                      {.kind = Due::Kind::Rest, .text = "is up.", .said = "Your time "},
                      {.text = "and now?"}};
    state.talk.timers = {{.left = 90s, .announcement = "Time is up."}};
    return state;
}

TEST(ParkedState, IsReadAsItWasWritten) {
    const auto text = text_of(eventful(), noon_ms);
    const auto read = parked_state_in(text, noon_ms + 30'000);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->agent, "repartee");
    EXPECT_EQ(read->session, "call-7");
    EXPECT_EQ(read->token_version, 3);
    EXPECT_EQ(read->ends_at_ms, noon_ms);
    EXPECT_EQ(read->last_number, 9U);
    ASSERT_EQ(read->events.size(), 1U);
    EXPECT_EQ(read->events[0].number, 8U);
    EXPECT_EQ(read->events[0].message, eventful().events[0].message);
    ASSERT_EQ(read->talk.past.size(), 2U);
    const auto& exchange = read->talk.past[1];
    ASSERT_EQ(exchange.size(), 4U);
    EXPECT_EQ(exchange[0].content, "set a timer\n\u0928");
    EXPECT_EQ(exchange[1].calls.at(0).arguments, (boost::json::object{{"minutes", 5}}));
    EXPECT_EQ(exchange[1].calls.at(0).extras, (boost::json::object{{"thought", "x"}}));
    EXPECT_EQ(exchange[2].role, Role::Skill);
    EXPECT_EQ(exchange[2].call_id, "1");
    EXPECT_EQ(exchange[2].skill, "timer");
    ASSERT_EQ(read->talk.due.size(), 3U);
    EXPECT_EQ(read->talk.due[0].kind, Due::Kind::Excuse);
    EXPECT_TRUE(read->talk.due[0].told);
    EXPECT_EQ(read->talk.due[1].said, "Your time ");
    EXPECT_EQ(read->talk.due[2].kind, Due::Kind::Answer);
    ASSERT_EQ(read->talk.timers.size(), 1U);
    EXPECT_EQ(read->talk.timers[0].left, 60s) << "the time goes on while nobody is there";
    EXPECT_EQ(text_of(*read, noon_ms + 30'000), text);
}

TEST(ParkedState, OfAnotherVersionOrBrokenIsNone) {
    auto text = text_of(eventful(), noon_ms);
    EXPECT_FALSE(parked_state_in("", noon_ms));
    EXPECT_FALSE(parked_state_in("[]", noon_ms));
    EXPECT_FALSE(parked_state_in(text.substr(0, text.size() / 2), noon_ms));
    for (auto [from, to] :
         {std::pair("\"version\":1", "\"version\":2"), std::pair("\"user\"", "\"robot\""),
          std::pair("\"excuse\"", "\"lie\""), std::pair("\"timers\":[", "\"timers\":[7,"),
          std::pair("\"events\":[", "\"events\":[[],"), std::pair("\"past\"", "\"passed\"")}) {
        auto changed = text;
        changed.replace(changed.find(from), std::string_view(from).size(), to);
        EXPECT_FALSE(parked_state_in(changed, noon_ms)) << to;
    }
}

TEST(ParkedState, HasNoTimesThatNobodyCanWaitFor) {
    auto text = text_of(eventful(), noon_ms);
    const auto noon = std::to_string(noon_ms);
    for (const auto& [from, to] : {std::pair("\"at_ms\":" + std::to_string(noon_ms + 90'000), "\"at_ms\":"),
                                   std::pair("\"ends_at_ms\":" + noon, "\"ends_at_ms\":")}) {
        for (const auto* number : {"9223372036854775807", "-9223372036854775808"}) {
            auto changed = text;
            changed.replace(changed.find(from), from.size(), to + std::string(number));
            const auto read = parked_state_in(changed, noon_ms);
            ASSERT_TRUE(read);
            EXPECT_LE(read->talk.timers[0].left, 169h);
            EXPECT_GE(read->talk.timers[0].left, 0s);
            EXPECT_GE(read->ends_at_ms, 0);
            EXPECT_LT(read->ends_at_ms, noon_ms * 2);
        }
    }
}

TEST(ParkedState, IsBounded) {
    ParkedState state;
    for (int number = 0; number < 200; ++number) {
        state.talk.past.push_back({{.role = Role::User, .content = std::to_string(number)},
                                   {.role = Role::Assistant, .content = std::string(8'000, 'x')}});
    }
    state.events = {{1, "{}"}};
    const auto text = text_of(state, noon_ms);
    EXPECT_LE(text.size(), most_state_bytes);
    const auto read = parked_state_in(text, noon_ms);
    ASSERT_TRUE(read);
    ASSERT_FALSE(read->talk.past.empty());
    EXPECT_EQ(read->talk.past.back()[0].content, "199");
    EXPECT_EQ(read->events.size(), 1U);
}

}  // namespace
}  // namespace repartee::surfaces::media_stream
