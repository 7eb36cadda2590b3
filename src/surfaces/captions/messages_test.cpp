#include "surfaces/captions/messages.h"

#include <gtest/gtest.h>

namespace repartee::surfaces::captions {

namespace {

hearing::RoomLine line_of(std::string text, std::chrono::milliseconds begin, std::chrono::milliseconds end) {
    const WallTime origin{1'700'000'000s};
    hearing::RoomLine line;
    line.transcript.text = std::move(text);
    line.transcript.language = "en";
    line.transcript.confidence = 0.91234f;
    line.begin = origin + begin;
    line.end = origin + end;
    line.lag = 950ms;
    return line;
}

TEST(CaptionMessages, APlainClientGetsThreeKeys) {
    EXPECT_EQ(transcript(line_of("say \"hi\"", 0ms, 1s)),
              R"({"event":"transcript","text":"say \"hi\"","is_final":true})");
    EXPECT_EQ(transcript_so_far("say"), R"({"event":"transcript","text":"say","is_final":false})");
    EXPECT_EQ(error("no"), R"({"event":"error","message":"no"})");
}

TEST(CaptionMessages, WhoWantsWordsGetsTimesAndConfidence) {
    auto one = line_of("hi there", 250ms, 1s);
    one.transcript.words = {{"hi", 300ms, 500ms, 0.5f}, {"there", 500ms, 900ms, 0.99961f}};
    EXPECT_EQ(transcript_with_words(one),
              R"({"event":"transcript","text":"hi there","is_final":true,"at":"2023-11-14T22:13:20.250Z",)"
              R"("language":"en","confidence":9.12E-1,"lag_ms":950,"words":[)"
              R"({"text":"hi","start_ms":300,"end_ms":500,"confidence":5E-1},)"
              R"({"text":"there","start_ms":500,"end_ms":900,"confidence":1E0}]})");
}

TEST(CaptionMessages, WhoWantsSpeakersGetsThemAndWhatChanges) {
    auto one = line_of("hi", 0ms, 1s);
    one.id = 17;
    EXPECT_EQ(transcript(one, Speakers::Shown),
              R"({"event":"transcript","text":"hi","is_final":true,"line":17,"speaker":null})");
    one.speaker = Speaker{.number = 2, .sure = false};
    EXPECT_EQ(
        transcript(one, Speakers::Shown),
        R"({"event":"transcript","text":"hi","is_final":true,"line":17,"speaker":2,"speaker_sure":false})");
    EXPECT_NE(transcript_with_words(one, Speakers::Shown).find(R"("speaker":2)"), std::string::npos);
    EXPECT_EQ(transcript(one).find("speaker"), std::string::npos);
    EXPECT_EQ(revision({{{17, Speaker{.number = 1}}, {18, std::nullopt}}}),
              R"({"event":"speakers","changes":[{"line":17,"speaker":1,"speaker_sure":true},)"
              R"({"line":18,"speaker":null}]})");
    EXPECT_EQ(written({&one, 1}, hearing::TranscriptFormat::Text), "Speaker 2: hi\n");
}

TEST(CaptionMessages, AFileCountsFromItsFirstLine) {
    const std::vector<hearing::RoomLine> lines{line_of("one", 5s, 6s), line_of("two", 65s, 66'500ms)};
    EXPECT_EQ(written(lines, hearing::TranscriptFormat::Text), "one\ntwo\n");
    EXPECT_EQ(written(lines, hearing::TranscriptFormat::Srt),
              "1\n00:00:00,000 --> 00:00:01,000\none\n\n2\n00:01:00,000 --> 00:01:01,500\ntwo\n\n");
    const std::vector<hearing::RoomLine> told_late{lines[1], lines[0]};
    EXPECT_EQ(written(told_late, hearing::TranscriptFormat::Srt),
              written(lines, hearing::TranscriptFormat::Srt))
        << "which need not be the one that was told first";
    EXPECT_EQ(written(std::span<const hearing::RoomLine>(), hearing::TranscriptFormat::Vtt), "WEBVTT\n\n");
    EXPECT_EQ(written(std::span<const hearing::RoomLine>(), hearing::TranscriptFormat::Json),
              "{\"lines\":[]}\n");
}

}  // namespace
}  // namespace repartee::surfaces::captions
