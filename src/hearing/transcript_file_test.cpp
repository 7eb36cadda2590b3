#include "hearing/transcript_file.h"

#include <gmock/gmock.h>

namespace repartee::hearing {

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

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

TEST(TranscriptFile, SaysWhoSpeaksWhereThatIsKnown) {
    auto file = example();
    file.passages[0].speaker = Speaker{.number = 2, .sure = false};
    EXPECT_EQ(written(file, TranscriptFormat::Text), "Speaker 2: good morning\nbye\n");
    EXPECT_THAT(written(file, TranscriptFormat::Srt), HasSubstr("01,900\nSpeaker 2: good morning\n\n"));
    EXPECT_THAT(written(file, TranscriptFormat::Vtt), HasSubstr("01.900\n<v Speaker 2>good morning\n\n"));
    EXPECT_THAT(written(file, TranscriptFormat::Json),
                HasSubstr(R"("end_ms":2000,"speaker":"Speaker 2","speaker_sure":false,"text":"good)"));
}

TEST(TranscriptFile, SaysWhatIsATranslation) {
    auto file = example();
    file.passages[1].transcript.language = "de";
    file.passages[1].transcript.translated_to = "en";
    EXPECT_THAT(written(file, TranscriptFormat::Json), HasSubstr(R"("language":"de","translated_to":"en")"));
}

TEST(TranscriptFile, IsNotMisledByWhatIsSaid) {
    TranscribedFile file{.passages = {{.end = 1s, .transcript = {.text = "a<b & c --> d"}}}};
    EXPECT_THAT(written(file, TranscriptFormat::Vtt), HasSubstr("\na&lt;b &amp; c --&gt; d\n\n"));
    EXPECT_THAT(written(file, TranscriptFormat::Srt), HasSubstr("\na<b & c --> d\n\n"));
    file.passages[0].transcript.text = "two\n\nlines";
    EXPECT_THAT(written(file, TranscriptFormat::Srt), HasSubstr("\ntwo lines\n\n"));
}

TEST(TranscriptFile, BreaksLongTextsAlsoWhereTheTimesOfWordsAreUnknown) {
    TranscribedFile file{.passages = {{.start = 10s, .end = 30s, .transcript = {}}}};
    for (int i = 0; i < 40; ++i) {
        file.passages[0].transcript.text += "some words ";
    }
    auto vtt = written(file, TranscriptFormat::Vtt);
    EXPECT_GE(std::count(vtt.begin(), vtt.end(), '>'), 6) << vtt;
    EXPECT_THAT(vtt, HasSubstr("\n00:00:10.000 --> "));
    EXPECT_THAT(vtt, HasSubstr(" --> 00:00:29."));
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
