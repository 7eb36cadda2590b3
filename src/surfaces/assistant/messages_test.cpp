#include "surfaces/assistant/messages.h"

#include <gtest/gtest.h>

namespace repartee::surfaces::assistant {
namespace {

template <class T>
bool is(std::string_view text) {
    return std::holds_alternative<T>(parse_client_message(text));
}

std::string unknown_action(std::string_view text) {
    auto message = parse_client_message(text);
    auto* unknown = std::get_if<UnknownAction>(&message);
    return unknown != nullptr ? unknown->action : "(known)";
}

TEST(ClientMessages, KnowsTheActions) {
    EXPECT_TRUE(is<Start>(R"({"action":"start"})"));
    EXPECT_TRUE(is<End>(R"({"action":"end","extra":1})"));
    EXPECT_TRUE(is<Ping>(R"({"action":"ping"})"));
}

TEST(ClientMessages, WhatIsNoObjectOrAnEmptyOneIsNoMessage) {
    for (auto text : {"", "hello", "{", "[]", "1", "null", "{}", R"("start")", "\xff\xfe"}) {
        EXPECT_TRUE(is<NotAMessage>(text)) << text;
    }
    EXPECT_TRUE(is<NotAMessage>(std::string(1 << 20, '[')));
}

TEST(ClientMessages, AnUnknownActionIsNamedAsTheOriginalDid) {
    EXPECT_EQ(unknown_action(R"({"action":"foo"})"), "foo");
    EXPECT_EQ(unknown_action(R"({"foo":"start"})"), "None");
    EXPECT_EQ(unknown_action(R"({"action":null})"), "None");
    EXPECT_EQ(unknown_action(R"({"action":5})"), "5");
}

TEST(ClientMessages, OptionsAreOffUnlessTheyAreTrue) {
    auto message = parse_client_message(R"({"action":"options","speech":true,"timeline":"yes"})");
    auto* options = std::get_if<Options>(&message);
    ASSERT_NE(options, nullptr);
    EXPECT_TRUE(options->speech);
    EXPECT_FALSE(options->timeline);
}

TEST(ServerMessages, AreTheReferencesToTheLetter) {
    EXPECT_EQ(ready(), R"({"type":"ready"})");
    EXPECT_EQ(pong(), R"({"type":"pong"})");
    EXPECT_EQ(acknowledge_start(), R"({"type":"ack","event":"start"})");
    EXPECT_EQ(acknowledge_end(16384), R"({"type":"ack","event":"end","bytes":16384})");
    EXPECT_EQ(chunk_received(8192, 16384), R"({"type":"audio","event":"chunk","bytes":8192,"total":16384})");
    EXPECT_EQ(too_short(640),
              R"({"type":"error","message":"Audio too short: 640 bytes. Please speak longer."})");
    EXPECT_EQ(transcript("hi"), R"({"type":"stt","text":"hi"})");
    EXPECT_EQ(transcript_failed("bad"), R"({"type":"stt","text":"","error":"bad"})");
    EXPECT_EQ(reply_began("llama3.1", "hi"),
              R"({"type":"llm","event":"start","model":"llama3.1","prompt":"hi"})");
    EXPECT_EQ(reply_delta("a\"b"), R"({"type":"llm","delta":"a\"b"})");
    EXPECT_EQ(reply_ended("ab"), R"({"type":"llm","event":"end","text":"ab"})");
    EXPECT_EQ(reply_failed("x"), R"({"type":"llm","event":"error","message":"x"})");
    EXPECT_EQ(reply_skipped(), R"({"type":"llm","event":"skipped"})");
    EXPECT_EQ(speech_began(16000),
              R"({"type":"speech","event":"start","format":"pcm_s16le","sample_rate":16000})");
    EXPECT_EQ(speech_ended(), R"({"type":"speech","event":"end"})");
}

TEST(ServerMessages, TheTimeLineCountsFromItsFirstMoment) {
    Timeline moments;
    moments.stamp(Moment::SpeechEnd, TimePoint{5s});
    moments.stamp(Moment::FinalText, TimePoint{5s + 61200us});
    EXPECT_EQ(timeline(conversation::Outcome::Complete, moments),
              R"({"type":"timeline","outcome":"complete","moments":{"speech_end":0.0,"final_text":61.2}})");
}

}  // namespace
}  // namespace repartee::surfaces::assistant
