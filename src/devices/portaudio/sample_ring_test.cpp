#include "devices/portaudio/sample_ring.h"

#include <gtest/gtest.h>

#include <thread>

namespace repartee::devices::portaudio {

namespace {

using audio::Sample;

TEST(SampleRing, GivesWhatItTookAcrossItsEnd) {
    SampleRing ring(8);
    std::vector<Sample> read;
    for (Sample begin = 0; begin < 30; begin = static_cast<Sample>(begin + 3)) {
        const std::vector<Sample> three{begin, static_cast<Sample>(begin + 1),
                                        static_cast<Sample>(begin + 2)};
        ring.write(three);
        ring.read(read);
    }
    ASSERT_EQ(read.size(), 30u);
    for (std::size_t i = 0; i < read.size(); ++i) {
        EXPECT_EQ(read[i], static_cast<Sample>(i));
    }
    EXPECT_EQ(ring.take_lost(), 0u);
}

TEST(SampleRing, LosesWholePiecesAndCountsThem) {
    SampleRing ring(8);
    const std::vector<Sample> six(6, 1);
    ring.write(six);
    ring.write(six);
    ring.note_overrun();
    std::vector<Sample> read;
    ring.read(read);
    EXPECT_EQ(read, six);
    EXPECT_EQ(ring.take_lost(), 6u);
    EXPECT_EQ(ring.take_lost(), 0u);
    EXPECT_EQ(ring.take_overruns(), 1u);
    ring.write(six);
    read.clear();
    ring.read(read);
    EXPECT_EQ(read, six);
}

TEST(SampleRing, TwoThreadsLoseNothingUncounted) {
    SampleRing ring(256);
    constexpr std::uint64_t pieces = 100'000;
    std::atomic<bool> over{false};
    std::thread writer([&] {
        std::vector<Sample> piece(7);
        for (std::uint64_t i = 0; i < pieces; ++i) {
            std::ranges::fill(piece, static_cast<Sample>(i % 30'000));
            ring.write(piece);
        }
        over = true;
    });
    std::uint64_t count = 0;
    std::vector<Sample> read;
    for (bool last = false;;) {
        read.clear();
        ring.read(read);
        ASSERT_EQ(read.size() % 7, 0u);
        for (std::size_t i = 0; i < read.size(); ++i) {
            ASSERT_EQ(read[i], read[i / 7 * 7]) << "a piece is torn";
        }
        count += read.size();
        if (last) {
            break;
        }
        last = over;
    }
    writer.join();
    EXPECT_EQ(count + ring.take_lost(), pieces * 7);
}

}  // namespace
}  // namespace repartee::devices::portaudio
