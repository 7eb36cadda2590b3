#include "wyoming/event.h"

#include <gtest/gtest.h>

namespace repartee::wyoming {

namespace {

std::optional<Event> only_event(std::string_view bytes) {
    EventReader reader;
    reader.push(bytes);
    return reader.next().value();
}

ErrorKind fault_of(std::string_view bytes, EventLimits limits = {}) {
    EventReader reader(limits);
    reader.push(bytes);
    auto next = reader.next();
    return next ? ErrorKind::Internal : next.error().kind;
}

}  // namespace

TEST(Event, IsWrittenWithItsDataInABlockOfItsOwn) {
    EXPECT_EQ(encode({.type = "describe"}), "{\"type\":\"describe\",\"version\":\"1.9.0\"}\n");
    EXPECT_EQ(encode({.type = "x", .data = {{"text", "h\xC3\xA4"}}, .payload = "abc"}),
              "{\"type\":\"x\",\"version\":\"1.9.0\",\"data_length\":14,\"payload_length\":3}\n"
              "{\"text\":\"h\xC3\xA4\"}abc");
}

TEST(Event, KeepsItsHeaderShortHoweverMuchItSays) {
    boost::json::array voices;
    for (int i = 0; i < 5'000; ++i) {
        voices.push_back({{"name", "a voice"}, {"languages", boost::json::array{"en", "hi"}}});
    }
    auto bytes = encode({.type = "info", .data = {{"tts", std::move(voices)}}, .payload = "x"});
    EXPECT_GT(bytes.size(), 200'000U);
    EXPECT_LT(bytes.find('\n'), 200U) << "what the reference implementation reads is 64 KiB";
    EXPECT_EQ(only_event(bytes)->data.at("tts").as_array().size(), 5'000U);
}

TEST(Event, IsReadAsItWasWritten) {
    Event event{.type = "audio-chunk", .data = {{"rate", 16000}}, .payload = std::string("\n\0{", 3)};
    auto read = only_event(encode(event));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->type, event.type);
    EXPECT_EQ(read->data, event.data);
    EXPECT_EQ(read->payload, event.payload);
}

TEST(EventReader, TakesBytesInAnyPieces) {
    auto bytes = encode({.type = "a", .data = {{"n", 1}}, .payload = "one"}) + encode({.type = "b"}) +
                 encode({.type = "c", .payload = "three"});
    for (std::size_t piece = 1; piece < bytes.size(); ++piece) {
        EventReader reader;
        std::string types;
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            reader.push(std::string_view(bytes).substr(at, piece));
            while (auto event = reader.next().value()) {
                types += event->type + event->payload + ";";
            }
        }
        EXPECT_EQ(types, "aone;b;cthree;");
        EXPECT_FALSE(reader.within_event());
    }
}

TEST(EventReader, MergesTheBlockOverInlineData) {
    auto event = only_event(
        "{\"type\":\"t\",\"data\":{\"a\":1,\"b\":1},\"data_length\":7,\"payload_length\":null}\n{\"b\":2}");
    ASSERT_TRUE(event);
    EXPECT_EQ(event->number("a"), 1);
    EXPECT_EQ(event->number("b"), 2);
}

TEST(EventReader, TakesNullForAbsent) {
    auto event = only_event("{\"type\":\"t\",\"data\":{\"text\":null,\"n\":\"1\",\"f\":1.5,\"yes\":true}}\n");
    ASSERT_TRUE(event);
    EXPECT_FALSE(event->text("text"));
    EXPECT_FALSE(event->number("n"));
    EXPECT_EQ(event->real("f"), 1.5);
    EXPECT_TRUE(event->flag("yes"));
    EXPECT_FALSE(event->flag("no"));
}

TEST(EventReader, RefusesWhatIsNotTheProtocol) {
    EXPECT_EQ(fault_of("GET / HTTP/1.1\r\n"), ErrorKind::Malformed);
    EXPECT_EQ(fault_of("{}\n"), ErrorKind::Malformed);
    EXPECT_EQ(fault_of("[]\n"), ErrorKind::Malformed);
    EXPECT_EQ(fault_of("{\"type\":\"t\",\"data_length\":-1}\n"), ErrorKind::Malformed);
    EXPECT_EQ(fault_of("{\"type\":\"t\",\"payload_length\":1.5}\n"), ErrorKind::Malformed);
    EXPECT_EQ(fault_of("{\"type\":\"t\",\"data_length\":2}\n[]"), ErrorKind::Malformed);
    auto nested = std::string(100, '[');
    nested += '\n';
    EXPECT_EQ(fault_of(nested), ErrorKind::Malformed);
}

TEST(EventReader, RefusesWhatIsTooLargeBeforeItHasCome) {
    EXPECT_EQ(fault_of(std::string(101, ' '), {.header = 100}), ErrorKind::TooLarge);
    EXPECT_EQ(fault_of("{\"type\":\"t\",\"data_length\":11}\n", {.data = 10}), ErrorKind::TooLarge);
    EXPECT_EQ(fault_of("{\"type\":\"t\",\"payload_length\":9223372036854775807}\n"), ErrorKind::TooLarge);
}

TEST(EventReader, KnowsWhetherItIsWithinAnEvent) {
    EventReader reader;
    EXPECT_FALSE(reader.within_event());
    reader.push("{\"type\":\"t\",\"payload_length\":2}\n");
    EXPECT_FALSE(reader.next().value());
    EXPECT_TRUE(reader.within_event());
    reader.push("ab");
    EXPECT_TRUE(reader.next().value());
    EXPECT_FALSE(reader.within_event());
}

}  // namespace repartee::wyoming
