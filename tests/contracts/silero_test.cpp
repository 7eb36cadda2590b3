// Silero with its real weights, in the real worker, on a real recording.
#include "audio/wav.h"
#include "base/metrics.h"
#include "engines/silero/silero_detector.h"
#include "house.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>

namespace repartee::engines {

namespace {

class SileroTest : public testing::Test {
protected:
    void SetUp() override {
        if (!std::filesystem::exists(SHARED_FOLDER "/models")) {
            GTEST_SKIP() << "there is no " SHARED_FOLDER;
        }
        silero::SileroSettings settings{.model = SHARED_FOLDER "/models/for-tests-silero-v6.2.0-ggml.bin"};
        detector_.emplace(settings, "", house_.pool(), house_.clock(),
                          [this](const processes::WorkerProgram& program) {
                              return std::make_unique<processes::Worker>(house_.executor(), house_.clock(),
                                                                         Log::silent(), metrics_, program);
                          });
        auto health = house_.run(detector_->check());
        ASSERT_TRUE(health.usable) << health.reason;
    }

    // As a recording comes out of a decoder: a tenth of a second at a time. Which frames of 20 ms are speech.
    std::vector<bool> speech_in(std::span<const audio::Sample> sound, Detector& detector) {
        auto stream = detector.start(house_.executor(), {});
        std::vector<bool> speech;
        while (!sound.empty()) {
            auto piece = sound.first(std::min<std::size_t>(1600, sound.size()));
            for (const auto& activity : house_.run(stream->judge(piece))) {
                speech.push_back(activity.speech);
            }
            sound = sound.subspan(piece.size());
        }
        return speech;
    }
    std::vector<bool> speech_in(std::span<const audio::Sample> sound) { return speech_in(sound, *detector_); }

    static double share(const std::vector<bool>& speech, double from, double to) {
        auto begin = speech.begin() + static_cast<std::ptrdiff_t>(from * 50);
        auto end = speech.begin() + static_cast<std::ptrdiff_t>(to * 50);
        return static_cast<double>(std::count(begin, end, true)) / static_cast<double>(end - begin);
    }

    House house_{Time::Real};
    Metrics metrics_;
    std::optional<silero::SileroDetector> detector_;
};

TEST_F(SileroTest, FindsTheSpeechAndTheSilenceInARecording) {
    std::ifstream file(SHARED_FOLDER "/audio/jfk.wav", std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), {}};
    auto speech = speech_in(audio::parse_wav(std::as_bytes(std::span(bytes))).value().samples);
    for (auto [from, to] : {std::pair(0.5, 2.1), std::pair(5.5, 7.5), std::pair(8.4, 10.4)}) {
        EXPECT_GT(share(speech, from, to), 0.8) << from << " to " << to;
    }
    for (auto [from, to] : {std::pair(2.5, 3.1), std::pair(4.6, 5.2)}) {
        EXPECT_LT(share(speech, from, to), 0.2) << from << " to " << to;
    }
}

TEST_F(SileroTest, DoesNotTakeANoiseForAVoiceAsLoudnessDoes) {
    std::mt19937 random(7);
    std::normal_distribution<float> hiss(0, 3000);
    std::vector<audio::Sample> sound(audio::speech_rate * 4, 0);
    // A door, a cup, a chair: half a second each.
    for (std::size_t second = 1; second < 4; ++second) {
        std::generate_n(sound.begin() + static_cast<std::ptrdiff_t>(second * audio::speech_rate),
                        audio::speech_rate / 2, [&] { return static_cast<audio::Sample>(hiss(random)); });
    }
    energy::EnergyDetector loudness({});
    EXPECT_GT(share(speech_in(sound, loudness), 1, 4), 0.3);
    EXPECT_LT(share(speech_in(sound), 1, 4), 0.05);
}

}  // namespace

}  // namespace repartee::engines
