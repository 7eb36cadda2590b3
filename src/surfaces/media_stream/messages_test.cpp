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
