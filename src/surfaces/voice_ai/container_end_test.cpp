#include "surfaces/voice_ai/container_end.h"

#include <gtest/gtest.h>

#include <string>

namespace repartee::surfaces::voice_ai {
namespace {

using namespace std::string_literals;

std::optional<std::size_t> length_of(const std::string& head) {
    return length_of_recording(std::as_bytes(std::span(head)));
}

TEST(ContainerEnd, AWavFileSaysHowLongItIs) {
    EXPECT_EQ(length_of("RIFF\x24\x04\0\0WAVEfmt "s), 0x424U + 8);
    EXPECT_EQ(length_of("RIFF\0\0\0\0WAVEfmt "s), std::nullopt);
    EXPECT_EQ(length_of("RIFF\xff\xff\xff\xffWAVEfmt "s), std::nullopt);
    EXPECT_EQ(length_of("RIFX\x24\x04\0\0WAVEfmt "s), std::nullopt);
    EXPECT_EQ(length_of("RIFF\x24\x04"s), std::nullopt);
}

TEST(ContainerEnd, AWebmFileDoesWhereItsSegmentHasASize) {
    auto head = "\x1A\x45\xDF\xA3\x84"s + "doc!" + "\x18\x53\x80\x67";
    EXPECT_EQ(length_of(head + "\x01\0\0\0\0\0\x10\0"s + "rest"), head.size() + 8 + 0x1000);
    EXPECT_EQ(length_of(head + "\x01\xff\xff\xff\xff\xff\xff\xff"s + "rest"), std::nullopt);
    EXPECT_EQ(length_of(head + "\x88"s), head.size() + 1 + 8);
    EXPECT_EQ(length_of(head + "\xff"s + "rest"), std::nullopt);
}

TEST(ContainerEnd, WhatIsCutOffIsNotKnownYet) {
    auto whole = "\x1A\x45\xDF\xA3\x84"s + "doc!" + "\x18\x53\x80\x67" + "\x01\0\0\0\0\0\x10\0"s;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_EQ(length_of(whole.substr(0, size)), std::nullopt) << size;
    }
}

TEST(ContainerEnd, OthersDoNotSay) {
    EXPECT_EQ(length_of("OggS0123456789abcdef"), std::nullopt);
    EXPECT_EQ(length_of("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"s), std::nullopt);
}

}  // namespace
}  // namespace repartee::surfaces::voice_ai
