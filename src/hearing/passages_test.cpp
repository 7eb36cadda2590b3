#include "hearing/passages.h"

#include "base/test_loop.h"

#include <gtest/gtest.h>

namespace repartee::hearing {

namespace {

using namespace std::chrono_literals;

constexpr auto frame_samples = std::size_t{audio::speech_rate / 50};

// Loud is speech.
class LoudnessDetector final : public engines::DetectorStream {
public:
    engines::Activity push(std::span<const audio::Sample> frame) override {
        auto level = static_cast<float>(frame.front()) / 32768;
        return {.speech = frame.front() > 1000, .level = level};
    }
};

struct SoundFile {
    std::vector<audio::Sample> samples;

    SoundFile& loud(std::chrono::milliseconds length, audio::Sample level = 8000) {
        samples.resize(samples.size() + static_cast<std::size_t>(length.count()) * 16, level);
        return *this;
    }
    SoundFile& silent(std::chrono::milliseconds length) { return loud(length, 0); }
};

std::vector<Passage> passages_of(const SoundFile& recording, std::size_t piece = 1000) {
    std::vector<Passage> found;
    auto cut = [](std::span<const audio::Sample> rest, std::size_t step,
                  std::vector<Passage>& into) -> awaitable<void> {
        Passages passages(std::make_unique<LoudnessDetector>());
        for (bool more = true; more;) {
            auto part = rest.first(std::min(step, rest.size()));
            rest = rest.subspan(part.size());
            co_await passages.push(part);
            more = !rest.empty();
            if (!more) {
                passages.finish();
            }
            while (auto passage = passages.next()) {
                into.push_back(std::move(*passage));
            }
        }
    };
    asio::io_context context;
    run_to_end(context, cut(recording.samples, piece, found));
    return found;
}

std::chrono::milliseconds length_of(const Passage& passage) {
    return std::chrono::milliseconds(passage.samples.size() / 16);
}

}  // namespace

TEST(Passages, AreCutAtPausesWithALittleSilenceAround) {
    auto found =
        passages_of(SoundFile().silent(2000ms).loud(1000ms).silent(3000ms).loud(600ms).silent(1000ms));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].start, 1800ms);
    EXPECT_EQ(length_of(found[0]), 1400ms);
    EXPECT_EQ(found[1].start, 5800ms);
    EXPECT_EQ(length_of(found[1]), 1000ms);
}

TEST(Passages, AreTheSameHoweverTheSoundComes) {
    auto recording = SoundFile().silent(700ms).loud(900ms).silent(800ms).loud(300ms).silent(300ms);
    auto whole = passages_of(recording, recording.samples.size());
    auto bits = passages_of(recording, 7);
    ASSERT_EQ(whole.size(), bits.size());
    for (std::size_t i = 0; i < whole.size(); ++i) {
        EXPECT_EQ(whole[i].start, bits[i].start);
        EXPECT_EQ(whole[i].samples, bits[i].samples);
    }
}

TEST(Passages, GoOnOverAShortPause) {
    EXPECT_EQ(passages_of(SoundFile().loud(500ms).silent(400ms).loud(500ms)).size(), 1U);
}

TEST(Passages, OfNothingAreNone) {
    EXPECT_TRUE(passages_of(SoundFile()).empty());
    EXPECT_TRUE(passages_of(SoundFile().silent(5000ms)).empty());
}

TEST(Passages, AreCutAtTheQuietestMomentWhenNobodyPauses) {
    auto found = passages_of(SoundFile().loud(15'000ms).loud(100ms, 2000).loud(10'000ms));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(length_of(found[0]), 15'000ms);
    EXPECT_EQ(found[1].start, 14'800ms + 200ms);
    EXPECT_EQ(length_of(found[0]) + length_of(found[1]), 25'100ms) << "nothing is lost, nothing heard twice";
}

TEST(Passages, KeepTheEndOfARecordingThatStopsInTheMiddle) {
    auto found = passages_of(SoundFile().silent(100ms).loud(500ms));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(length_of(found[0]), 600ms);
}

}  // namespace repartee::hearing
