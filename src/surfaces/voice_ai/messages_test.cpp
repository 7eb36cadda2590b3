#include "surfaces/voice_ai/messages.h"

#include "engines/base64.h"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

namespace repartee::surfaces::voice_ai {
namespace {

template <class Message>
const Message* as(const StreamMessage& message) {
    return std::get_if<Message>(&message);
}

TEST(StreamMessages, WordsAndSoundAreUnderstood) {
    auto words = parse_stream_message(R"({"type":"text","content":"Call Mom"})");
    ASSERT_NE(as<Words>(words), nullptr);
    EXPECT_EQ(as<Words>(words)->content, "Call Mom");

    auto sound = parse_stream_message(R"({"type":"audio","content":"AAEC","final":true})");
    ASSERT_NE(as<Sound>(sound), nullptr);
    EXPECT_EQ(as<Sound>(sound)->bytes, std::string("\0\1\2", 3));
    EXPECT_EQ(as<Sound>(sound)->is_final, true);
    sound = parse_stream_message(R"({"type":"audio","content":""})");
    ASSERT_NE(as<Sound>(sound), nullptr);
    EXPECT_FALSE(as<Sound>(sound)->is_final.has_value());
}

TEST(StreamMessages, OtherTypesAreIgnored) {
    for (const char* text :
         {"{}", R"({"type":"ping"})", R"({"type":7,"content":"x"})", R"({"content":"x"})"}) {
        EXPECT_NE(as<SomethingElse>(parse_stream_message(text)), nullptr) << text;
    }
}

TEST(StreamMessages, WhatMakesNoSenseIsSaid) {
    for (const char* text : {"", "Call Mom", "[1]", "7", "{", "null"}) {
        auto message = parse_stream_message(text);
        ASSERT_NE(as<Unusable>(message), nullptr) << text;
        EXPECT_EQ(as<Unusable>(message)->why, "Invalid JSON");
    }
    for (const char* text :
         {R"({"type":"text"})", R"({"type":"text","content":7})", R"({"type":"audio"})",
          R"({"type":"audio","content":"not base64!"})", R"({"type":"text","content":"a\u0000b"})"}) {
        EXPECT_NE(as<Unusable>(parse_stream_message(text)), nullptr) << text;
    }
    auto longest = R"({"type":"text","content":")" + std::string(100'000, 'x') + "\"}";
    EXPECT_NE(as<Unusable>(parse_stream_message(longest)), nullptr);
}

TEST(StreamMessages, AReplyIsWhatTheAppKnows) {
    EXPECT_EQ(reply("Hello.", {}, {}), R"({"message":"Hello.","action":null})");
    skills::ClientAction action{
        .name = "call", .parameters = {{"target", "Mom"}}, .needs_confirmation = true};
    EXPECT_EQ(
        reply("Calling Mom.", action, "call mom"),
        R"({"message":"Calling Mom.","action":{"name":"call","params":{"target":"Mom"},"needs_confirmation":true},"transcript":"call mom"})");
}

TEST(StreamMessages, NothingElseIsUnderTheKeyThatIsSpoken) {
    for (const auto& frame : {error("no"), nothing_heard(), speech("ab", 16000, 3),
                              timeline(conversation::Outcome::Complete, Timeline())}) {
        EXPECT_FALSE(boost::json::parse(frame).as_object().contains("message")) << frame;
    }
}

TEST(StreamMessages, SpeechGoesAsBase64) {
    for (std::string bytes : {"", "a", "ab", "abc", "abcd", "\xff\xfe\xfd"}) {
        auto frame = boost::json::parse(speech(bytes, 16000, 0));
        EXPECT_EQ(engines::from_base64(frame.at("content").as_string()), bytes);
    }
    EXPECT_EQ(speech("ab", 16000, 3),
              R"({"type":"tts_audio","format":"pcm_s16le","sample_rate":16000,"seq":3,"content":"YWI="})");
}

TEST(StreamMessages, SomethingIsAlwaysSaid) {
    EXPECT_EQ(worth_saying("Yes.", {}), "Yes.");
    EXPECT_FALSE(is_blank(worth_saying(" \n", {})));
    EXPECT_FALSE(is_blank(worth_saying("", skills::ClientAction{.name = "call"})));
}

}  // namespace
}  // namespace repartee::surfaces::voice_ai
