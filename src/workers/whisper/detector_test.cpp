#include "workers/whisper/detector.h"

#include "audio/wav.h"
#include "base/error.h"
#include "workers/whisper/computing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>

namespace repartee::workers::whisper {
namespace {

// The real weights and a real recording, where they are at hand.
class Silero : public testing::Test {
protected:
    static void SetUpTestSuite() {
        quiet_libraries();
        load_back_ends();
    }
    void SetUp() override {
        if (!std::filesystem::exists(SHARED_FOLDER "/models")) {
            GTEST_SKIP() << "there is no " SHARED_FOLDER;
        }
        detector_.emplace(SHARED_FOLDER "/models/for-tests-silero-v6.2.0-ggml.bin");
    }

    static std::vector<float> recording() {
        std::ifstream file(SHARED_FOLDER "/audio/jfk.wav", std::ios::binary);
        std::string bytes{std::istreambuf_iterator<char>(file), {}};
        auto sound = audio::parse_wav(std::as_bytes(std::span(bytes))).value();
        std::vector<float> samples(sound.samples.size());
        std::ranges::transform(sound.samples, samples.begin(), [](auto sample) { return sample / 32768.0F; });
        return samples;
    }

    // The share of windows between these seconds that are a voice.
    static double voiced(const std::vector<float>& probabilities, double from, double to) {
        constexpr double windows_per_second = 16000.0 / SpeechDetector::window;
        auto begin = probabilities.begin() + static_cast<std::ptrdiff_t>(from * windows_per_second);
        auto end = probabilities.begin() + static_cast<std::ptrdiff_t>(to * windows_per_second);
        return static_cast<double>(std::count_if(begin, end, [](float p) { return p > 0.5F; })) /
               static_cast<double>(end - begin);
    }

    std::optional<SpeechDetector> detector_;
};

TEST_F(Silero, HearsTheVoiceAndThePausesWhereTheyAre) {
    auto probabilities = detector_->push(recording());
    EXPECT_EQ(probabilities.size(), recording().size() / SpeechDetector::window);
    for (auto [from, to] : {std::pair(0.4, 2.1), std::pair(5.5, 7.5), std::pair(8.3, 10.4)}) {
        EXPECT_GT(voiced(probabilities, from, to), 0.8) << from << " to " << to;
    }
    for (auto [from, to] : {std::pair(2.5, 3.1), std::pair(4.6, 5.2)}) {
        EXPECT_LT(voiced(probabilities, from, to), 0.2) << from << " to " << to;
    }
}

TEST_F(Silero, DoesNotMindHowTheSoundIsCut) {
    auto whole = detector_->push(recording());
    detector_->forget();
    std::vector<float> pieces;
    auto sound = recording();
    for (std::size_t at = 0; at < sound.size(); at += 700) {
        auto some =
            detector_->push(std::span(sound).subspan(at, std::min<std::size_t>(700, sound.size() - at)));
        pieces.insert(pieces.end(), some.begin(), some.end());
    }
    ASSERT_EQ(pieces.size(), whole.size());
    for (std::size_t i = 0; i < whole.size(); ++i) {
        EXPECT_NEAR(pieces[i], whole[i], 1e-4) << "window " << i;
    }
}

TEST_F(Silero, HearsNobodyInSilenceAndInNoise) {
    std::vector<float> sound(16000 * 3, 0.0F);
    EXPECT_EQ(voiced(detector_->push(sound), 0, 3), 0);
    unsigned noise = 1;
    for (auto& sample : sound) {
        noise = noise * 1664525U + 1013904223U;
        sample = static_cast<float>(static_cast<int>(noise >> 16) % 3276) / 32768.0F;
    }
    detector_->forget();
    EXPECT_LT(voiced(detector_->push(sound), 0, 3), 0.05);
}

TEST_F(Silero, RefusesAModelOfAnotherKind) {
    EXPECT_THROW(SpeechDetector(SHARED_FOLDER "/models/for-tests-ggml-tiny.bin"), Failure);
}

}  // namespace
}  // namespace repartee::workers::whisper
