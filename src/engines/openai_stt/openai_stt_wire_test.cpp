#include "engines/openai_stt/openai_stt_wire.h"

#include "audio/wav.h"
#include "net/multipart.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace repartee::engines::openai_stt {

namespace {

using testing::HasSubstr;

constexpr std::string_view boundary = "repartee-0123456789";

std::string value_of(const std::vector<net::Part>& parts, std::string_view name) {
    const auto* part = net::part_named(parts, name);
    return part ? std::string(part->content) : "(none)";
}

TEST(TranscriptionForm, IsOneThatAServerCanRead) {
    std::vector<audio::Sample> sound(8000, 7);
    auto body =
        form_of({.model = "m", .prompt = "Misty"}, {.language = "hi-IN"}, sound, Form::Streamed, boundary);
    auto parts = net::parse_multipart(fmt::format("multipart/form-data; boundary={}", boundary), body);
    ASSERT_TRUE(parts) << parts.error().message;
    EXPECT_EQ(value_of(*parts, "model"), "m");
    EXPECT_EQ(value_of(*parts, "language"), "hi");
    EXPECT_EQ(value_of(*parts, "prompt"), "Misty");
    EXPECT_EQ(value_of(*parts, "response_format"), "json");
    EXPECT_EQ(value_of(*parts, "stream"), "true");
    const auto* file = net::part_named(*parts, "file");
    ASSERT_TRUE(file);
    EXPECT_EQ(file->file_name, "audio.wav");
    EXPECT_EQ(file->headers.get("Content-Type"), "audio/wav");
    auto pcm = audio::parse_wav(std::as_bytes(std::span(file->content)));
    ASSERT_TRUE(pcm);
    EXPECT_EQ(pcm->rate, audio::speech_rate);
    EXPECT_EQ(pcm->samples, sound);
}

TEST(TranscriptionForm, LeavesOutWhatIsNotSaid) {
    auto body = form_of({}, {}, std::vector<audio::Sample>(1), Form::Whole, boundary);
    auto parts = net::parse_multipart(fmt::format("multipart/form-data; boundary={}", boundary), body);
    ASSERT_TRUE(parts);
    EXPECT_EQ(value_of(*parts, "language"), "(none)");
    EXPECT_EQ(value_of(*parts, "prompt"), "(none)");
    EXPECT_EQ(value_of(*parts, "stream"), "(none)");
    auto pcm = audio::parse_wav(std::as_bytes(std::span(net::part_named(*parts, "file")->content)));
    EXPECT_EQ(pcm->samples.size(), 3200U) << "very short recordings are refused by some";
}

TEST(TranscriptionForm, OfATranslationSaysNoLanguageAndIsNotStreamed) {
    RecognitionRequest request{.language = "hi", .translate_to = "en"};
    EXPECT_EQ(path_for(request), "/audio/translations");
    EXPECT_EQ(path_for({.language = "en-GB", .translate_to = "en"}), "/audio/transcriptions")
        << "what is English is not translated";
    auto body = form_of({.model = "m", .translation_model = "t"}, request, std::vector<audio::Sample>(8000),
                        Form::Streamed, boundary);
    auto parts = net::parse_multipart(fmt::format("multipart/form-data; boundary={}", boundary), body);
    ASSERT_TRUE(parts);
    EXPECT_EQ(value_of(*parts, "model"), "t");
    EXPECT_EQ(value_of(*parts, "language"), "(none)");
    EXPECT_EQ(value_of(*parts, "stream"), "(none)");
}

TEST(TranscriptionReply, IsReadInEveryShape) {
    struct Row {
        std::string body;
        bool is_json;
        std::string text;
    };
    for (const auto& row :
         {Row{R"({"text":"What time is it?","usage":{"type":"duration","seconds":2}})", true,
              "What time is it?"},
          Row{R"({"text":" Hello there.\n"})", true, "Hello there."},
          Row{R"({"text":" One.\n Two.\n"})", true, "One. Two."}, Row{R"({"text":""})", true, ""},
          Row{R"({"text":"x"})", false, "x"}, Row{"Hello there.\n", false, "Hello there."},
          Row{"[BLANK_AUDIO]\n", false, ""}, Row{R"x({"text":"(wind blowing)"})x", true, ""},
          Row{R"({"text":"मौसम कैसा है?"})", true, "मौसम कैसा है?"}, Row{"", false, ""},
          Row{"bad \xFF byte", false, "bad \xEF\xBF\xBD byte"}}) {
        auto transcript = transcript_in(row.body, row.is_json);
        ASSERT_TRUE(transcript) << row.body;
        EXPECT_EQ(transcript->text, row.text) << row.body;
        EXPECT_TRUE(transcript->is_final);
    }
}

TEST(TranscriptionReply, NonsenseIsNoTranscript) {
    for (auto [body, is_json] : {std::pair("{", true),
                                 {"[]", true},
                                 {R"({"error":{}})", true},
                                 {"hello", true},
                                 {"<html>busy</html>", false},
                                 {"", true}}) {
        auto transcript = transcript_in(body, is_json);
        ASSERT_FALSE(transcript) << body;
        EXPECT_EQ(transcript.error().kind, ErrorKind::ProviderBroke);
    }
}

TEST(TranscriptionReply, WhatWasMadeUpOnNoiseIsLeftOut) {
    auto transcript = transcript_in(R"({"task":"transcribe","language":"english","duration":3.0,
        "text":" Hello. Thank you for watching. na na na na",
        "segments":[{"text":" Hello.","no_speech_prob":0.1,"avg_logprob":-0.2,"compression_ratio":0.9},
                    {"text":" Thank you for watching.","no_speech_prob":0.9,"avg_logprob":-1.4},
                    {"text":" na na na na","no_speech_prob":0.1,"avg_logprob":-0.2,"compression_ratio":3.1}]})",
                                    true)
                          .value();
    EXPECT_EQ(transcript.text, "Hello.");
    EXPECT_EQ(transcript.language, "en");
}

TEST(TranscriptionReply, TellsWordsWhereTheyMakeSense) {
    auto transcript = transcript_in(R"({"text":"What time?","language":"hi",
        "words":[{"word":"What","start":0.1,"end":0.4},{"word":" time?","start":0.4,"end":0.9}]})",
                                    true)
                          .value();
    EXPECT_EQ(transcript.language, "hi");
    ASSERT_EQ(transcript.words.size(), 2U);
    EXPECT_EQ(transcript.words[1].text, "time?");
    EXPECT_EQ(transcript.words[1].end.count(), 900);
    EXPECT_TRUE(transcript_in(R"({"text":"a b","words":[{"word":"a"}]})", true).value().words.empty());
    EXPECT_EQ(transcript_in(R"({"text":"a","language":"klingonese"})", true).value().language, "");
}

TEST(TranscriptionEvents, GrowAndEnd) {
    TextEvents events;
    EXPECT_TRUE(events.take(R"({"type":"transcript.text.delta","delta":"Hel"})"));
    EXPECT_TRUE(events.take(R"({"type":"transcript.text.delta","delta":"lo th"})"));
    EXPECT_TRUE(events.take(R"({"type":"transcript.text.segment","text":"x"})"));
    EXPECT_EQ(events.heard().text, "Hello th");
    EXPECT_FALSE(events.heard().is_final);
    EXPECT_TRUE(events.take(R"({"type":"transcript.text.done","text":"Hello there."})"));
    EXPECT_TRUE(events.ended());
    EXPECT_EQ(events.heard().text, "Hello there.");
    EXPECT_TRUE(events.heard().is_final);
}

TEST(TranscriptionEvents, MayEndWithoutSayingItAllAgain) {
    TextEvents events;
    EXPECT_TRUE(events.take(R"({"type":"transcript.text.delta","delta":"Hello"})"));
    EXPECT_TRUE(events.take("[DONE]"));
    EXPECT_TRUE(events.ended());
    EXPECT_EQ(events.heard().text, "Hello");
}

TEST(TranscriptionEvents, MayFail) {
    TextEvents events;
    auto error = events.take(R"({"type":"error","error":{"message":"out of memory"}})");
    ASSERT_FALSE(error);
    EXPECT_THAT(error.error().message, HasSubstr("out of memory"));
    EXPECT_FALSE(TextEvents().take("garbage"));
    EXPECT_FALSE(TextEvents().take(R"({"error":"broke"})"));
}

TEST(TranscriptionEvents, EndSomewhere) {
    TextEvents events;
    auto delta = R"({"type":"transcript.text.delta","delta":")" + std::string(200'000, 'a') + "\"}";
    EXPECT_TRUE(events.take(delta));
    EXPECT_FALSE(events.take(delta));
}

TEST(StreamingRefusal, IsRecognised) {
    EXPECT_TRUE(refuses_streaming(400, "stream is not supported"));
    EXPECT_TRUE(refuses_streaming(422, "extra field stream"));
    EXPECT_FALSE(refuses_streaming(400, "bad file"));
    EXPECT_FALSE(refuses_streaming(500, "stream"));
}

}  // namespace

}  // namespace repartee::engines::openai_stt
