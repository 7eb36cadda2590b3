#include "skills/timer/duration_text.h"

#include <gtest/gtest.h>

namespace repartee::skills::timer {
namespace {

using namespace std::chrono_literals;
using std::chrono::seconds;

TEST(ReadDuration, UnderstandsWhatModelsWrite) {
    const std::pair<std::string_view, seconds> rows[] = {
        {"5 minutes", 5min},
        {"5minutes", 5min},
        {"5-minute", 5min},
        {"10 Min", 10min},
        {"90 seconds", 90s},
        {"90", 90s},
        {"1 hour and 30 minutes", 90min},
        {"1 hour, 30 minutes", 90min},
        {"1h30m", 90min},
        {"1 hr 5 secs", 3605s},
        {"2.5 min", 150s},
        {"a minute", 60s},
        {"an hour", 1h},
        {"one hour", 1h},
        {"half an hour", 30min},
        {"1:30", 90s},
        {"1:00:00", 1h},
        {"1 day", 24h},
    };
    for (const auto& [text, duration] : rows) {
        EXPECT_EQ(read_duration(text), duration) << text;
    }
}

TEST(ReadDuration, RefusesTheRest) {
    for (const auto* text :
         {"", " ", "minutes", "5 apples", "soon", "and 5 minutes", "-5 minutes:", "1:", ":1", "1:2:3:4",
          "5 minutes 3", "1e9 hours", "99999999999999999999 hours", "half", "nan", "inf s"}) {
        EXPECT_EQ(read_duration(text), std::nullopt) << text;
    }
}

TEST(SpokenDuration, IsHowPeopleSayIt) {
    EXPECT_EQ(spoken_duration(5min), "5 minutes");
    EXPECT_EQ(spoken_duration(1min), "1 minute");
    EXPECT_EQ(spoken_duration(90min), "1 hour and 30 minutes");
    EXPECT_EQ(spoken_duration(3661s), "1 hour, 1 minute and 1 second");
    EXPECT_EQ(spoken_duration(24h), "1 day");
    EXPECT_EQ(spoken_duration(0s), "0 seconds");
    EXPECT_EQ(duration_as_adjective(90min), "1 hour 30 minute");
}

}  // namespace
}  // namespace repartee::skills::timer
