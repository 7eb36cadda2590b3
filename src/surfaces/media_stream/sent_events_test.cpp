#include "surfaces/media_stream/sent_events.h"

#include "surfaces/media_stream/messages.h"

#include <gtest/gtest.h>

namespace repartee::surfaces::media_stream {
namespace {

using Replay = SentEvents::Replay;

std::vector<std::string> kept_by(const SentEvents& events) {
    std::vector<std::string> messages;
    for (const auto& event : events.unacknowledged()) {
        messages.push_back(event.message);
    }
    return messages;
}

TEST(SentEvents, HaveTheirNumberInThem) {
    SentEvents events;
    EXPECT_EQ(events.number(user_text("hi"), Replay::Always),
              R"({"event_type":"user_text","text":"hi","seq":1})");
    EXPECT_EQ(events.number(ready_to_listen(), Replay::Never),
              R"({"event_type":"start_media_streaming","seq":2})");
    EXPECT_EQ(events.last(), 2U);
    EXPECT_EQ(events.unacknowledged().size(), 1U);
}

TEST(SentEvents, KeepTheLastTextOfEachReply) {
    SentEvents events;
    events.number(user_text("one"), Replay::Always);
    events.reply_began();
    events.number(reply_so_far("It"), Replay::Latest);
    events.number(reply_so_far("It is"), Replay::Latest);
    events.reply_began();
    events.number(reply_so_far("Ring"), Replay::Latest);
    EXPECT_EQ(kept_by(events),
              (std::vector<std::string>{R"({"event_type":"user_text","text":"one","seq":1})",
                                        R"({"event_type":"llm_text","text":"It is","seq":3})",
                                        R"({"event_type":"llm_text","text":"Ring","seq":4})"}));
}

TEST(SentEvents, AreForgottenOnceTheClientHasThem) {
    SentEvents events;
    events.number(user_text("one"), Replay::Always);
    events.number(reply_so_far("It"), Replay::Latest);
    events.acknowledge(1);
    EXPECT_EQ(events.unacknowledged().size(), 1U);
    events.acknowledge(99);  // never given
    EXPECT_EQ(events.unacknowledged().size(), 1U);
    events.acknowledge(2);
    EXPECT_TRUE(events.unacknowledged().empty());
    events.number(reply_so_far("It is"), Replay::Latest);
    EXPECT_EQ(events.unacknowledged().size(), 1U);
}

TEST(SentEvents, GoOnBehindWhatTheClientHasSeen) {
    SentEvents before;
    before.number(user_text("one"), Replay::Always);
    before.number(user_text("two"), Replay::Always);
    SentEvents after;
    after.go_on(before.last(), before.unacknowledged(), 1);
    ASSERT_EQ(after.unacknowledged().size(), 1U);
    EXPECT_EQ(after.unacknowledged().front().number, 2U);
    SentEvents elsewhere;  // which has not heard of the words that came since
    elsewhere.go_on(before.last(), before.unacknowledged(), 7);
    EXPECT_TRUE(elsewhere.unacknowledged().empty());
    elsewhere.number(user_text("three"), Replay::Always);
    EXPECT_EQ(elsewhere.last(), 8U);
}

TEST(SentEvents, OfAClientThatAcknowledgesNothingAreBounded) {
    SentEvents events;
    for (int number = 0; number < 1'000; ++number) {
        events.number(user_text("word"), Replay::Always);
    }
    EXPECT_EQ(events.unacknowledged().size(), SentEvents::most_events);
    EXPECT_EQ(events.unacknowledged().back().number, 1'000U);
    for (int number = 0; number < 20; ++number) {
        events.number(user_text(std::string(20'000, 'x')), Replay::Always);
    }
    EXPECT_LE(events.unacknowledged().size(), 4U);
}

TEST(Acknowledgment, IsReadStrictly) {
    EXPECT_EQ(acknowledged_in(R"({"event_type":"ack","seq":7})"), 7U);
    for (const auto* other : {"stop", "", "{}", R"({"event_type":"ack"})", R"({"event_type":"ack","seq":-1})",
                              R"({"event_type":"ack","seq":"7"})", R"({"event_type":"ack","seq":7.5})",
                              R"({"event_type":"user_text","seq":7})", "[7]"}) {
        EXPECT_EQ(acknowledged_in(other), std::nullopt) << other;
    }
    auto padded = R"({"event_type":"ack","seq":7,"more":")" + std::string(1'000, 'x') + "\"}";
    EXPECT_EQ(acknowledged_in(padded), std::nullopt);
    EXPECT_EQ(number_in("12"), 12U);
    for (const auto* other : {"", "-1", "1x", " 1", "99999999999999999999"}) {
        EXPECT_EQ(number_in(other), std::nullopt) << other;
    }
}

}  // namespace
}  // namespace repartee::surfaces::media_stream
