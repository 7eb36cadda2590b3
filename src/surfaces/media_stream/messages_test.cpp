#include "surfaces/media_stream/messages.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace repartee::surfaces::media_stream {

TEST(Messages, AreThoseOfTheOriginal) {
    EXPECT_EQ(ready_to_listen(), R"({"event_type":"start_media_streaming"})");
    EXPECT_EQ(user_text("hi \"you\""), R"({"event_type":"user_text","text":"hi \"you\""})");
    EXPECT_EQ(reply_so_far("\u0928\u092e"), "{\"event_type\":\"llm_text\",\"text\":\"\u0928\u092e\"}");
    EXPECT_EQ(stop, "stop");
}

TEST(Messages, TellTheTimeLine) {
    Timeline moments;
    TimePoint begin{};
    moments.stamp(Moment::SpeechEnd, begin + 1s);
    moments.stamp(Moment::FirstPlayed, begin + 1250ms);
    EXPECT_EQ(timeline(conversation::Outcome::Interrupted, moments),
              R"({"event_type":"timeline","outcome":"interrupted",)"
              R"("moments":{"speech_end":0.0,"first_played":250.0}})");
}

TEST(Messages, TellHowACallIsComeBackTo) {
    EXPECT_EQ(session("ab12", 120s, ""),
              R"({"event_type":"session","resumable":true,"token":"ab12","expires_ms":120000})");
    EXPECT_EQ(session("ab12", 120s, "unknown"),
              R"({"event_type":"session","resumable":true,"token":"ab12","expires_ms":120000,)"
              R"("resumed":false,"reason":"unknown"})");
    EXPECT_EQ(session_without_token("unavailable"),
              R"({"event_type":"session","resumable":false,"reason":"unavailable"})");
    conversation::Snapshot talk;
    EXPECT_EQ(resumed(120s, talk), R"({"event_type":"resumed","expires_ms":120000,"continues":"nothing"})");
    using conversation::Due;
    for (auto [due, word] : {std::pair(Due{.text = "what"}, "answer"),
                             std::pair(Due{.kind = Due::Kind::Words, .text = "Ring."}, "words"),
                             std::pair(Due{.kind = Due::Kind::Rest, .text = "b.", .said = "a "}, "rest"),
                             std::pair(Due{.kind = Due::Kind::Excuse}, "excuse")}) {
        talk.due = {due, {.text = "and then"}};
        EXPECT_NE(resumed(120s, talk).find(std::string("\"continues\":\"") + word), std::string::npos);
    }
}

TEST(SampleReader, TakesFramesOfAnyLength) {
    std::vector<audio::Sample> samples(1'500);  // several pieces
    std::iota(samples.begin(), samples.end(), static_cast<audio::Sample>(-700));
    auto bytes = as_bytes(samples);
    for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
        SampleReader reader;
        std::vector<audio::Sample> read;
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            reader.push(std::string_view(bytes).substr(at, piece), [&](std::span<const audio::Sample> part) {
                read.insert(read.end(), part.begin(), part.end());
            });
        }
        EXPECT_EQ(read, samples) << piece;
    }
}

}  // namespace repartee::surfaces::media_stream
