#include "hearing/transcript_file.h"

#include <gtest/gtest.h>

namespace repartee::hearing {

namespace {

using namespace std::chrono_literals;

TranscribedFile example() {
    Transcript known{.text = "good morning", .is_final = true, .language = "en"};
    known.words = {{.text = "good", .start = 100ms, .end = 400ms, .confidence = 0.5F},
                   {.text = "morning", .start = 450ms, .end = 900ms}};
    known.confidence = 0.75F;
    return {.name = "a.webm",
            .length = 3'700'000ms,
            .passages = {{.start = 1s, .end = 2s, .transcript = known},
                         {.start = 3'661'007ms, .end = 3'662s, .transcript = {.text = "bye"}}}};
}

}  // namespace

TEST(TranscriptFile, IsALineForEachPassage) {
    EXPECT_EQ(written(example(), TranscriptFormat::Text), "good morning\nbye\n");
}

TEST(TranscriptFile, IsSubtitles) {
    EXPECT_EQ(written(example(), TranscriptFormat::Srt),
              "1\n00:00:01,100 --> 00:00:01,900\ngood morning\n\n"
              "2\n01:01:01,007 --> 01:01:02,000\nbye\n\n");
    EXPECT_EQ(written(example(), TranscriptFormat::Vtt),
              "WEBVTT\n\n00:00:01.100 --> 00:00:01.900\ngood morning\n\n"
              "01:01:01.007 --> 01:01:02.000\nbye\n\n");
}

TEST(TranscriptFile, IsJsonWithTimesInTheRecording) {
    EXPECT_EQ(
        written(example(), TranscriptFormat::Json),
        R"({"file":"a.webm","length_ms":3700000,"passages":[)"
        R"({"start_ms":1000,"end_ms":2000,"text":"good morning","language":"en","confidence":7.5E-1,"words":[)"
        R"({"text":"good","start_ms":1100,"end_ms":1400,"confidence":5E-1},)"
        R"({"text":"morning","start_ms":1450,"end_ms":1900,"confidence":1E0}]},)"
        R"({"start_ms":3661007,"end_ms":3662000,"text":"bye","language":"","confidence":null,"words":[]}]})"
        "\n");
}

TEST(TranscriptFile, BreaksLongPassagesIntoReadableCaptions) {
    Transcript transcript;
    for (int i = 0; i < 60; ++i) {
        transcript.words.push_back({.text = "word", .start = i * 100ms, .end = i * 100ms + 90ms});
    }
    TranscribedFile file{.passages = {{.end = 6s, .transcript = transcript}}};
    auto vtt = written(file, TranscriptFormat::Vtt);
    EXPECT_EQ(std::count(vtt.begin(), vtt.end(), '>'), 4) << vtt;
}

}  // namespace repartee::hearing
