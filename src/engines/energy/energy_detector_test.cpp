#include "engines/energy/energy_detector.h"

#include "audio/level.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

namespace repartee::engines::energy {
namespace {

using audio::Sample;
using namespace std::chrono_literals;

constexpr std::size_t frame_samples = 320;  // 20 ms

constexpr std::size_t frames_in(std::chrono::milliseconds length) {
    return static_cast<std::size_t>(length / 20ms);
}

// This detector computes here and needs no strand; streams take one all the same.
asio::io_context context;
const Executor strand = context.get_executor();

// A room, a speaker and a detector.
class Room {
public:
    // How many frames of the next `length` were taken for speech. Levels in decibels against full
    // scale; a voice of -120 is nobody.
    std::size_t hear(std::chrono::milliseconds length, double noise_db, double voice_db = -120) {
        std::size_t speech = 0;
        for (std::size_t frame = 0; frame < frames_in(length); ++frame) {
            last = stream_->push(next_frame(noise_db, voice_db));
            speech += last.speech ? 1 : 0;
        }
        return speech;
    }

    // Frames until speech is heard.
    std::size_t onset(double noise_db, double voice_db) {
        time_ = 0;
        for (std::size_t frame = 1; frame < 100; ++frame) {
            if (stream_->push(next_frame(noise_db, voice_db)).speech) {
                return frame;
            }
        }
        return 100;
    }

    double offset = 0;  // of a cheap sound card
    Activity last;

private:
    // A vowel of some partials, four syllables a second with short pauses between them.
    double voice(double amplitude) {
        const double seconds = static_cast<double>(time_) / audio::speech_rate;
        const double in_syllable = std::fmod(seconds, 0.25) / 0.25;
        if (in_syllable > 0.75) {
            return 0;
        }
        double sum = 0;
        for (const int partial : {1, 2, 3, 5}) {
            sum += std::sin(2 * std::numbers::pi * 140 * partial * seconds);
        }
        return amplitude * sum / std::sqrt(2);
    }

    std::span<const Sample> next_frame(double noise_db, double voice_db) {
        std::normal_distribution<double> noise(0, 32768 * std::pow(10, noise_db / 20));
        for (Sample& sample : frame_) {
            const double value = offset + noise(random_) + voice(32768 * std::pow(10, voice_db / 20));
            sample = static_cast<Sample>(std::lround(std::clamp(value, -32768.0, 32767.0)));
            ++time_;
        }
        return frame_;
    }

    std::mt19937 random_{42};
    std::size_t time_ = 0;
    std::vector<Sample> frame_ = std::vector<Sample>(frame_samples);
    std::unique_ptr<DetectorStream> stream_ = EnergyDetector({}).start(strand, {});
};

TEST(EnergyDetector, SilenceIsNotSpeech) {
    Room room;
    EXPECT_EQ(room.hear(5s, -120), 0u);
    EXPECT_LT(room.last.probability, 0.01f);
    EXPECT_EQ(room.last.level, 0);
}

TEST(EnergyDetector, SteadyNoiseIsNotSpeech) {
    for (const double noise : {-80, -70, -60, -50, -40}) {
        Room room;
        EXPECT_EQ(room.hear(10s, noise), 0u) << noise << " dB";
    }
}

TEST(EnergyDetector, GetsUsedToALouderNoise) {
    Room room;
    room.hear(2s, -60);
    room.hear(3100ms, -30);
    EXPECT_EQ(room.hear(5s, -30), 0u);
    EXPECT_LE(room.onset(-30, -12), 2u);
}

TEST(EnergyDetector, HearsTheOnsetWithinTwoFrames) {
    for (const double noise : {-80, -60, -45, -35}) {
        Room room;
        room.hear(5s, noise);
        EXPECT_LE(room.onset(noise, noise + 20 < -40 ? -40 : noise + 20), 2u) << noise << " dB";
    }
}

TEST(EnergyDetector, HearsARecordingThatBeginsWithSpeech) {
    Room room;
    EXPECT_LE(room.onset(-60, -25), 2u);
    EXPECT_GT(room.hear(2s, -60, -25), frames_in(1400ms));
}

TEST(EnergyDetector, GoesOnHearingALongSpeech) {
    Room room;
    room.hear(1s, -55);
    EXPECT_GT(room.hear(30s, -55, -25), frames_in(22s));
    EXPECT_GT(room.hear(5s, -55, -25), frames_in(3500ms));
}

TEST(EnergyDetector, LetsGoSoonAfterTheEnd) {
    Room room;
    room.hear(2s, -55);
    room.hear(3s, -55, -25);
    EXPECT_LE(room.hear(3s, -55), 3u);
    EXPECT_FALSE(room.last.speech);
}

TEST(EnergyDetector, AClickIsNotSpeech) {
    const auto stream = EnergyDetector({}).start(strand, {});
    const std::vector<Sample> quiet(frame_samples, 3);
    std::vector<Sample> click = quiet;
    click[100] = 32767;
    click[101] = -32768;
    for (int frame = 0; frame < 100; ++frame) {
        EXPECT_FALSE(stream->push(frame % 50 == 49 ? click : quiet).speech);
    }
}

TEST(EnergyDetector, AConstantIsSilence) {
    Room room;
    room.offset = 5000;
    EXPECT_EQ(room.hear(3s, -65), 0u);
    EXPECT_LE(room.onset(-65, -30), 2u);
}

TEST(EnergyDetector, TheProbabilityRisesWithTheLevel) {
    Room room;
    room.hear(3s, -60);
    const float quiet = room.last.probability;
    room.hear(100ms, -50.9);
    const float middle = room.last.probability;
    room.hear(100ms, -30);
    EXPECT_LT(quiet, 0.1f);
    EXPECT_NEAR(middle, 0.4f, 0.3f);
    EXPECT_GT(room.last.probability, 0.95f);
    EXPECT_NEAR(room.last.level, std::pow(10, -30.0 / 20), 0.005);
}

TEST(EnergyDetector, TakesFramesOfAnyLength) {
    const auto stream = EnergyDetector({}).start(strand, {});
    EXPECT_FALSE(stream->push({}).speech);
    for (const std::size_t length : {1u, 128u, 512u, 1600u}) {
        stream->push(std::vector<Sample>(length, 100));
    }
}

}  // namespace
}  // namespace repartee::engines::energy
