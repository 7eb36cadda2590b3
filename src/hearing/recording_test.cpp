#include "hearing/recording.h"

#include "audio/wav.h"
#include "base/test_loop.h"
#include "engines/energy/energy_detector.h"
#include "engines/scripted/scripted_recogniser.h"
#include "engines/wav/decoders.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace repartee::hearing {
namespace {

using audio::Sample;

// Loud syllables with gaps, as far as a detector of energy is concerned.
std::vector<Sample> voice_like(double seconds) {
    std::vector<Sample> samples(static_cast<std::size_t>(seconds * audio::speech_rate));
    for (std::size_t i = 0; i < samples.size(); ++i) {
        double t = static_cast<double>(i) / audio::speech_rate;
        double envelope = std::fmod(t, 0.3) < 0.2 ? 1 : 0.01;
        samples[i] = static_cast<Sample>(8000 * envelope * std::sin(2 * M_PI * 220 * t));
    }
    return samples;
}

std::vector<Sample> hiss(double seconds) {
    std::mt19937 random(7);
    std::normal_distribution<double> noise(0, 20);
    std::vector<Sample> samples(static_cast<std::size_t>(seconds * audio::speech_rate));
    for (auto& sample : samples) {
        sample = static_cast<Sample>(noise(random));
    }
    return samples;
}

struct RecordingRoom {
    VirtualClock clock;
    asio::io_context context;
    engines::scripted::ScriptedSettings script{.heard = "what time is it"};
    engines::energy::EnergyDetector detector{{}};
    engines::wav::WavDecoder wav{{}};
    engines::wav::PcmDecoder pcm{{}};
    std::unique_ptr<engines::scripted::ScriptedRecogniser> recogniser =
        std::make_unique<engines::scripted::ScriptedRecogniser>(script, clock);
    Ears ears{*recogniser, detector, [this](std::span<const std::byte> head) { return decoder_for(head); },
              clock};

    Result<engines::Decoder*> decoder_for(std::span<const std::byte> head) {
        if (wav.recognises(head)) {
            return &wav;
        }
        if (pcm.recognises(head)) {
            return &pcm;
        }
        return Error{ErrorKind::Unsupported, "no decoder", {}};
    }

    // What is understood of these bytes, pushed in pieces.
    Result<Heard> understand(std::span<const std::byte> bytes, std::size_t piece) {
        Result<Heard> heard = Heard{};
        auto listen = [](RecordingRoom& room, std::span<const std::byte> all, std::size_t step,
                         Result<Heard>& into) -> awaitable<void> {
            auto executor = co_await asio::this_coro::executor;
            Recording recording(executor, room.ears, {});
            for (std::size_t at = 0; at < all.size(); at += step) {
                recording.push(all.subspan(at, std::min(step, all.size() - at)));
            }
            try {
                into = co_await recording.finish();
            } catch (const Failure& failure) {
                into = failure.error();
            }
        };
        run_to_end(context, clock, listen(*this, bytes, piece, heard));
        return heard;
    }
};

TEST(Recording, UnderstandsWavAndHeaderlessSoundInAnyPieces) {
    auto samples = voice_like(1);
    auto file = audio::write_wav({.rate = audio::speech_rate, .samples = samples});
    for (std::size_t piece : {1, 7, 8192, 1'000'000}) {
        RecordingRoom room;
        auto of_file = room.understand(std::as_bytes(std::span(file)), piece);
        ASSERT_TRUE(of_file);
        EXPECT_EQ(of_file->transcript.text, "what time is it") << piece;
        EXPECT_EQ(of_file->audio_length, 1000ms);
        auto of_samples = room.understand(std::as_bytes(std::span(samples)), piece);
        ASSERT_TRUE(of_samples);
        EXPECT_EQ(of_samples->transcript.text, "what time is it") << piece;
    }
}

TEST(Recording, SilenceAndHissAreNotSpeech) {
    for (const auto& samples : {std::vector<Sample>(16000), hiss(1)}) {
        RecordingRoom room;
        auto heard = room.understand(std::as_bytes(std::span(samples)), 8192);
        ASSERT_TRUE(heard);
        EXPECT_EQ(heard->transcript.text, "");
    }
}

TEST(Recording, SaysWhatIsWrongWithTheBytes) {
    RecordingRoom room;
    std::string broken = audio::write_wav({.rate = audio::speech_rate, .samples = voice_like(0.1)});
    broken[24] = broken[25] = broken[26] = broken[27] = 0;  // the rate
    auto heard = room.understand(std::as_bytes(std::span(broken)), 100);
    ASSERT_FALSE(heard);
    EXPECT_EQ(heard.error().kind, ErrorKind::Malformed);
    std::string webm = "\x1A\x45\xDF\xA3 and so on, for more than twelve bytes";
    auto refused = room.understand(std::as_bytes(std::span(webm)), 5);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::Unsupported);
}

TEST(Recording, MayBeDroppedAtAnyTime) {
    RecordingRoom room;
    auto samples = voice_like(1);
    auto drop = [](RecordingRoom& r, std::span<const std::byte> bytes) -> awaitable<void> {
        auto executor = co_await asio::this_coro::executor;
        for (std::size_t length : {0, 5, 100, 8192, 32000}) {
            Recording recording(executor, r.ears, {});
            recording.push(bytes.first(length));
            co_await r.clock.sleep(1ms);
        }
    };
    run_to_end(room.context, room.clock, drop(room, std::as_bytes(std::span(samples))));
}

}  // namespace
}  // namespace repartee::hearing
