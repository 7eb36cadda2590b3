#include "bench/frames.h"

#include <gmock/gmock.h>

#include <vector>

namespace repartee::bench {
namespace {

using testing::ElementsAre;
using testing::Pair;

std::vector<std::pair<FrameKind, std::string>> frames_in(FrameReader& reader, std::string_view bytes) {
    std::vector<std::pair<FrameKind, std::string>> frames;
    EXPECT_TRUE(reader.push(
        bytes, [&](FrameKind kind, std::string_view payload) { frames.emplace_back(kind, payload); }));
    return frames;
}

std::string server_frame(FrameKind kind, std::string_view payload) {
    std::string frame{static_cast<char>(0x80 | static_cast<int>(kind))};
    if (payload.size() < 126) {
        frame += static_cast<char>(payload.size());
    } else {
        frame += "\x7e";
        frame += static_cast<char>(payload.size() >> 8);
        frame += static_cast<char>(payload.size() & 0xFF);
    }
    return frame.append(payload);
}

TEST(ClientFrame, IsMasked) {
    auto frame = client_frame(FrameKind::Text, "stop");
    ASSERT_EQ(frame.size(), 2 + 4 + 4);
    EXPECT_EQ(frame.substr(0, 2), "\x81\x84");
    EXPECT_EQ(frame[6] ^ frame[2], 's');
    EXPECT_EQ(frame[9] ^ frame[5], 'p');
}

TEST(ClientFrame, SaysItsLengthInAsManyBytesAsItNeeds) {
    auto middling = client_frame(FrameKind::Binary, std::string(1024, 'x'));
    EXPECT_EQ(middling.substr(0, 4), std::string("\x82\xfe\x04\x00", 4));
    EXPECT_EQ(middling.size(), 4 + 4 + 1024);
    auto large = client_frame(FrameKind::Binary, std::string(0x10000, 'x'));
    EXPECT_EQ(large.substr(0, 10), std::string("\x82\xff\0\0\0\0\0\1\0\0", 10));
}

TEST(FrameReader, SeveralFramesComeAtOnce) {
    FrameReader reader;
    auto bytes = server_frame(FrameKind::Text, "stop") + server_frame(FrameKind::Binary, "ab") +
                 server_frame(FrameKind::Ping, "");
    EXPECT_THAT(
        frames_in(reader, bytes),
        ElementsAre(Pair(FrameKind::Text, "stop"), Pair(FrameKind::Binary, "ab"), Pair(FrameKind::Ping, "")));
}

TEST(FrameReader, AFrameComesInPieces) {
    FrameReader reader;
    std::string payload(1280, 'y');
    auto bytes = server_frame(FrameKind::Binary, payload) + server_frame(FrameKind::Text, "x");
    std::vector<std::pair<FrameKind, std::string>> all;
    for (char byte : bytes) {
        for (auto& frame : frames_in(reader, std::string_view(&byte, 1))) {
            all.push_back(std::move(frame));
        }
    }
    EXPECT_THAT(all, ElementsAre(Pair(FrameKind::Binary, payload), Pair(FrameKind::Text, "x")));
}

TEST(FrameReader, AServerDoesNotMaskAndHasAnEnd) {
    auto nobody = [](FrameKind, std::string_view) {};
    FrameReader reader;
    EXPECT_FALSE(reader.push(client_frame(FrameKind::Text, "hello"), nobody));
    FrameReader another;
    EXPECT_FALSE(another.push(std::string("\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff", 10), nobody));
}

}  // namespace
}  // namespace repartee::bench
