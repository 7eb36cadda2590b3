#include "wyoming/sound.h"

#include <gmock/gmock.h>

namespace repartee::wyoming {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using Samples = std::vector<audio::Sample>;

Event chunk(std::int64_t rate, std::int64_t width, std::int64_t channels, std::string payload) {
    return {.type = "audio-chunk",
            .data = {{"rate", rate}, {"width", width}, {"channels", channels}},
            .payload = std::move(payload)};
}

std::string bytes_of(const Samples& samples) {
    return {reinterpret_cast<const char*>(samples.data()), samples.size() * sizeof(audio::Sample)};
}

Samples read(const Event& event) {
    SoundReader reader;
    Samples samples;
    reader.read(event, samples).value();
    return samples;
}

ErrorKind refusal_of(const Event& event) {
    SoundReader reader;
    Samples samples;
    auto outcome = reader.read(event, samples);
    return outcome ? ErrorKind::Internal : outcome.error().kind;
}

}  // namespace

TEST(SoundReader, TakesSamplesOfAnyWidth) {
    EXPECT_THAT(read(chunk(16'000, 2, 1, bytes_of({1, -2, 32767, -32768}))),
                ElementsAre(1, -2, 32767, -32768));
    EXPECT_THAT(read(chunk(16'000, 1, 1, "\x01\x7F\x80")), ElementsAre(256, 127 * 256, -32768));
    EXPECT_THAT(read(chunk(16'000, 3, 1, std::string("\x99\x01\x00\x99\xFE\xFF", 6))), ElementsAre(1, -2));
    EXPECT_THAT(read(chunk(16'000, 4, 1, std::string("\x99\x99\x01\x00\x99\x99\xFE\xFF", 8))),
                ElementsAre(1, -2));
}

TEST(SoundReader, MixesChannels) {
    EXPECT_THAT(read(chunk(16'000, 2, 2, bytes_of({100, 200, -100, -300}))), ElementsAre(150, -200));
    EXPECT_THAT(read(chunk(16'000, 2, 2, bytes_of({32767, 32767, -32768, -32768}))),
                ElementsAre(32767, -32768));
}

TEST(SoundReader, TakesPiecesCutAnywhere) {
    Samples sound{1, -2, 300, -400, 5000, -6000};
    auto bytes = bytes_of(sound);
    for (std::size_t piece = 1; piece < bytes.size(); ++piece) {
        SoundReader reader;
        Samples samples;
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            reader.read(chunk(16'000, 2, 1, bytes.substr(at, piece)), samples).value();
        }
        EXPECT_EQ(samples, sound) << piece;
    }
}

TEST(SoundReader, KeepsTheRateOfItsFirstSound) {
    SoundReader reader;
    Samples samples;
    EXPECT_EQ(reader.rate(), 0);
    reader.read(chunk(16'000, 2, 1, bytes_of(Samples(1600, 7))), samples).value();
    EXPECT_EQ(reader.rate(), 16'000);
    reader.read(chunk(48'000, 2, 1, bytes_of(Samples(4800, 7))), samples).value();
    reader.read(chunk(8'000, 2, 1, bytes_of(Samples(800, 7))), samples).value();
    reader.flush(samples);
    EXPECT_EQ(reader.rate(), 16'000);
    EXPECT_NEAR(static_cast<double>(samples.size()), 4800, 4);
}

TEST(SoundReader, ConvertsToTheRateThatIsWanted) {
    SoundReader reader(16'000);
    Samples samples;
    reader.read(chunk(22'050, 2, 1, bytes_of(Samples(22'050, 7))), samples).value();
    reader.flush(samples);
    EXPECT_EQ(reader.rate(), 16'000);
    EXPECT_NEAR(static_cast<double>(samples.size()), 16'000, 2);
}

TEST(SoundReader, WhatAChunkDoesNotSayIsAsBefore) {
    SoundReader reader;
    Samples samples;
    Event start{.type = "audio-start", .data = {{"rate", 22'050}, {"width", 2}, {"channels", 1}}};
    reader.read(start, samples).value();
    Event silent_about_it{.type = "audio-chunk", .data = {{"rate", nullptr}}, .payload = bytes_of({5})};
    reader.read(silent_about_it, samples).value();
    EXPECT_THAT(samples, ElementsAre(5));
    EXPECT_EQ(reader.rate(), 22'050);
}

TEST(SoundReader, RefusesWhatItDoesNotKnow) {
    EXPECT_EQ(refusal_of(chunk(16'000, 5, 1, "abcde")), ErrorKind::Unsupported);
    EXPECT_EQ(refusal_of(chunk(16'000, 0, 1, "ab")), ErrorKind::Unsupported);
    EXPECT_EQ(refusal_of(chunk(16'000, 2, 0, "ab")), ErrorKind::Unsupported);
    EXPECT_EQ(refusal_of(chunk(16'000, 2, 1'000'000, "ab")), ErrorKind::Unsupported);
    EXPECT_EQ(refusal_of(chunk(-16'000, 2, 1, "ab")), ErrorKind::Unsupported);
    EXPECT_EQ(refusal_of(chunk(9'000'000'000, 2, 1, "ab")), ErrorKind::Unsupported);
    EXPECT_EQ(refusal_of({.type = "audio-chunk", .payload = "ab"}), ErrorKind::Unsupported);
}

TEST(SoundReader, AFlushEndsASoundAndNotTheReader) {
    SoundReader reader(16'000);
    Samples samples;
    reader.flush(samples);
    EXPECT_THAT(samples, IsEmpty());
    for (int sentence = 0; sentence < 2; ++sentence) {
        reader.read(chunk(8'000, 2, 1, bytes_of(Samples(800, 7)) + "x"), samples).value();
        reader.flush(samples);
    }
    EXPECT_NEAR(static_cast<double>(samples.size()), 3200, 2);
}

}  // namespace repartee::wyoming
