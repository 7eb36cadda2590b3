#include "net/event_stream.h"

#include <gtest/gtest.h>

#include <vector>

namespace repartee::net {

namespace {

std::vector<std::string> events_in(std::string_view bytes, std::size_t cut = 0) {
    EventSplitter splitter;
    EXPECT_TRUE(splitter.push(bytes.substr(0, cut)));
    EXPECT_TRUE(splitter.push(bytes.substr(cut)));
    splitter.finish();
    std::vector<std::string> events;
    while (auto event = splitter.next()) {
        events.push_back(std::move(*event));
    }
    return events;
}

using Events = std::vector<std::string>;

TEST(EventSplitter, TakesEveryLineEnding) {
    for (auto stream : {"data: one\n\ndata: two\n\n", "data: one\r\n\r\ndata: two\r\n\r\n",
                        "data: one\r\rdata: two\r\r", "data: one\r\n\ndata: two\n\r\n"}) {
        EXPECT_EQ(events_in(stream), (Events{"one", "two"})) << stream;
    }
}

TEST(EventSplitter, GivesTheSameEventsWhereverTheBytesAreCut) {
    constexpr std::string_view stream =
        "\xEF\xBB\xBF: hello\r\nid: 7\r\ndata: \xE0\xA4\xB9\xE0\xA5\x88\r\ndata:b\r\n\r\n\r\ndata: "
        "[DONE]\r\n\r\n";
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        EXPECT_EQ(events_in(stream, cut), (Events{"है\nb", "[DONE]"})) << cut;
    }
}

TEST(EventSplitter, PassesOverWhatIsNoData) {
    EXPECT_EQ(events_in(": ping\n\nevent: chunk\nretry: 5\n\n\n"), Events{});
    EXPECT_EQ(events_in("database: no\ndat: no\n:data: no\n\n"), Events{});
    EXPECT_EQ(events_in("data\n\ndata:\n\ndata:  two blanks\n\n"), (Events{"", "", " two blanks"}));
    EXPECT_EQ(events_in("data:{\"a\":1}\n\n"), Events{"{\"a\":1}"});
}

TEST(EventSplitter, CountsALastEventWithoutItsBlankLine) {
    EXPECT_EQ(events_in("data: a\n\ndata: [DONE]"), (Events{"a", "[DONE]"}));
    EXPECT_EQ(events_in("data: a\ndata: b\n"), Events{"a\nb"});
    EXPECT_EQ(events_in(""), Events{});
}

TEST(EventSplitter, KnowsWhereToGoOn) {
    EventSplitter splitter;
    splitter.push("data: a\n\n");
    EXPECT_EQ(splitter.last_id(), "");
    EXPECT_FALSE(splitter.retry());
    splitter.push("id: 5\ndata:\n\nretry: 250\nid: 6\ndata: b\n");
    EXPECT_EQ(splitter.last_id(), "5");  // the other has not ended yet
    splitter.push("\ndata: c\n\n");
    EXPECT_EQ(splitter.last_id(), "6");
    EXPECT_EQ(splitter.retry(), std::chrono::milliseconds(250));
    splitter.push("retry: soon\nretry: -1\nid\n\n");
    EXPECT_EQ(splitter.retry(), std::chrono::milliseconds(250));
    EXPECT_EQ(splitter.last_id(), "");
}

TEST(EventSplitter, RefusesAnEventOverTheLimit) {
    EventSplitter one_line(10);
    EXPECT_FALSE(one_line.push("data: 0123456789"));
    EventSplitter many_lines(10);
    EXPECT_FALSE(many_lines.push("data: 012345\ndata: 012345\n"));
    EventSplitter many_events(10);
    EXPECT_TRUE(many_events.push("data: 0123\n\ndata: 0123\n\ndata: 0123\n\n"));
}

}  // namespace

}  // namespace repartee::net
