#include "surfaces/voice_ai/sound_intake.h"

#include "audio/wav.h"
#include "base/test_loop.h"
#include "engines/energy/energy_detector.h"
#include "engines/scripted/scripted_recogniser.h"
#include "engines/wav/decoders.h"

#include <gtest/gtest.h>

#include <cmath>

namespace repartee::surfaces::voice_ai {
namespace {

std::string samples_of(std::chrono::milliseconds length, double loudness) {
    std::vector<audio::Sample> samples(static_cast<std::size_t>(length.count()) * audio::speech_rate / 1000);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        auto t = static_cast<double>(i);
        samples[i] = static_cast<audio::Sample>(32767 * loudness * std::sin(0.09 * t) +
                                                static_cast<double>(i % 7) - 3);
    }
    return {reinterpret_cast<const char*>(samples.data()), samples.size() * sizeof(audio::Sample)};
}

std::string voice(std::chrono::milliseconds length) {
    return samples_of(length, 0.25);
}

std::string quiet(std::chrono::milliseconds length) {
    return samples_of(length, 0);
}

std::string wav_of(const std::string& bytes) {
    audio::Pcm pcm;
    pcm.samples.resize(bytes.size() / sizeof(audio::Sample));
    std::memcpy(pcm.samples.data(), bytes.data(), bytes.size());
    return audio::write_wav(pcm);
}

// What becomes of sound that is sent, on a virtual clock.
class Intake : public testing::Test {
protected:
    Intake() {
        auto watch = [](SoundIntake& watched) -> awaitable<void> { co_await watched.watch(); };
        watching = Task(context.get_executor(), watch(intake));
    }
    ~Intake() override {
        watching.cancel();
        wait(1ms);
    }

    void wait(std::chrono::milliseconds length) { clock.run_until(context, clock.now() + length); }

    void note(SoundEvent event) {
        if (auto* recording = std::get_if<RecordingEnded>(&event)) {
            notes += "recording of " + std::to_string(recording->recording->bytes()) + "; ";
            waiting.push_back(std::move(*recording));
        } else if (auto* heard = std::get_if<UtteranceHeard>(&event)) {
            notes += "heard '" + (heard->heard ? heard->heard->text : heard->heard.error().message) + "'; ";
        } else if (auto* too_much = std::get_if<TooMuchSound>(&event)) {
            notes += too_much->of == TooMuchSound::Of::Utterance ? "too much; "
                     : too_much->of == TooMuchSound::Of::Socket  ? "too much waits; "
                                                                 : "too much of all; ";
        } else {
            notes += "nothing; ";
        }
    }

    VirtualClock clock;
    asio::io_context context;
    engines::scripted::ScriptedSettings script{.heard = "hello"};
    engines::energy::EnergyDetector detector{{}};
    engines::wav::WavDecoder wav{{}};
    engines::wav::PcmDecoder pcm{{}};
    engines::scripted::ScriptedRecogniser recogniser{script, clock};
    hearing::Ears ears{recogniser, detector,
                       [this](std::span<const std::byte> head) -> Result<engines::Decoder*> {
                           if (wav.recognises(head)) {
                               return &wav;
                           }
                           return &pcm;
                       },
                       clock};
    std::string notes;
    int beginnings = 0;
    SoundBudget everybodys{400'000};
    SoundIntake intake{context.get_executor(),
                       ears,
                       {.most_bytes = 200'000, .most_waiting_bytes = 300'000, .everybodys = &everybodys},
                       [this](SoundEvent event) { note(std::move(event)); },
                       [this] { ++beginnings; }};
    std::vector<RecordingEnded> waiting;
    Task watching;
};

TEST_F(Intake, AFileEndsWhereItSaysSo) {
    auto file = wav_of(voice(500ms));
    intake.push(file, {});
    EXPECT_EQ(notes, "recording of " + std::to_string(file.size()) + "; ");
    EXPECT_EQ(beginnings, 1);
}

TEST_F(Intake, InAnyPieces) {
    auto file = wav_of(voice(100ms));
    for (char byte : file) {
        EXPECT_EQ(notes, "");
        intake.push({&byte, 1}, {});
    }
    EXPECT_EQ(notes, "recording of " + std::to_string(file.size()) + "; ");
}

TEST_F(Intake, AFileThatDoesNotSayEndsWhenNothingMoreComes) {
    intake.push("OggS and whatever is in it", {});
    wait(900ms);
    intake.push(" and more of it", {});
    wait(900ms);
    EXPECT_EQ(notes, "");
    wait(200ms);
    EXPECT_EQ(notes, "recording of 41; ");
}

TEST_F(Intake, ThereIsTimeWhereMoreIsPromised) {
    auto file = wav_of(voice(500ms));
    intake.push(file, false);
    wait(5s);
    EXPECT_EQ(notes, "");
    intake.push("", true);
    EXPECT_EQ(notes, "recording of " + std::to_string(file.size()) + "; ");
}

TEST_F(Intake, PiecesWithoutSoundHoldNothingOpen) {
    auto file = wav_of(voice(500ms));
    intake.push(file, false);
    wait(20s);
    intake.push("", false);
    wait(11s);
    EXPECT_EQ(notes, "recording of " + std::to_string(file.size()) + "; ");
}

TEST_F(Intake, NorDoesADropNowAndThen) {
    // The longest takes 6.25 s to be spoken.
    intake.push(wav_of(voice(500ms)), false);
    for (int i = 0; i < 3; ++i) {
        wait(12s);
        EXPECT_EQ(notes, "");
        intake.push("x", false);
    }
    wait(1s);
    EXPECT_NE(notes, "");
}

TEST_F(Intake, SamplesWithAnEndAreOneUtterance) {
    intake.push(voice(500ms), false);
    intake.push(quiet(2s), false);
    intake.push(voice(500ms), true);
    EXPECT_EQ(notes, "recording of 96000; ");
    notes.clear();
    intake.push(voice(500ms), true);
    EXPECT_EQ(notes, "recording of 16000; ");
}

TEST_F(Intake, SamplesWithoutOneAreAMicrophone) {
    intake.push(voice(600ms), {});
    intake.push(quiet(900ms), {});
    wait(300ms);
    EXPECT_EQ(notes, "heard 'hello'; ");
    intake.push(voice(600ms), {});
    EXPECT_EQ(beginnings, 2);
    wait(1500ms);
    EXPECT_EQ(notes, "heard 'hello'; heard 'hello'; ");
    wait(60s);
    EXPECT_EQ(notes, "heard 'hello'; heard 'hello'; ");
}

TEST_F(Intake, AMicrophoneIsAskedWhatItHeard) {
    intake.push(voice(600ms), {});
    intake.push(voice(600ms), true);
    wait(300ms);
    EXPECT_EQ(notes, "heard 'hello'; ");
    intake.push(quiet(600ms), {});
    intake.push("", true);
    wait(300ms);
    EXPECT_EQ(notes, "heard 'hello'; nothing; ");
}

TEST_F(Intake, SilenceOfAMicrophoneIsNothing) {
    for (int i = 0; i < 60; ++i) {
        intake.push(quiet(1s), {});
        wait(1s);
    }
    EXPECT_EQ(notes, "");
}

TEST_F(Intake, MoreThanIsTakenIsPassedOver) {
    for (int i = 0; i < 5; ++i) {
        intake.push(voice(2s), false);
    }
    EXPECT_EQ(notes, "too much; ");
    intake.push("", true);
    intake.push(voice(500ms), true);
    EXPECT_EQ(notes, "too much; recording of 16000; ");
}

TEST_F(Intake, NoMoreWaitsThanASocketMayHave) {
    intake.push(voice(5s), true);
    intake.push(voice(4s), true);
    EXPECT_EQ(notes, "recording of 160000; recording of 128000; ");
    notes.clear();
    intake.push(voice(1s), true);
    EXPECT_EQ(notes, "too much waits; ");
    waiting.erase(waiting.begin());
    intake.push(voice(1s), true);
    EXPECT_EQ(notes, "too much waits; recording of 32000; ");
    waiting.clear();
    EXPECT_EQ(everybodys.taken(), 0U);
}

TEST_F(Intake, NorThanEverybodyMayHave) {
    ASSERT_TRUE(everybodys.take(300'000));
    intake.push(voice(3s), false);
    intake.push(voice(1s), false);
    EXPECT_EQ(notes, "too much of all; ");
    EXPECT_EQ(everybodys.taken(), 300'000U);
    intake.push("", true);
    everybodys.give_back(300'000);
    intake.push(voice(3s), true);
    EXPECT_EQ(notes, "too much of all; recording of 96000; ");
}

TEST_F(Intake, OfAMicrophoneWhatIsAheadOfTimeWaits) {
    for (int i = 0; i < 60; ++i) {
        intake.push(quiet(1s), {});
        EXPECT_EQ(everybodys.taken(), 32'000U);
        wait(1s);
    }
    intake.push(quiet(3s), {});
    EXPECT_EQ(everybodys.taken(), 96'000U);
    wait(2s);
    EXPECT_EQ(everybodys.taken(), 0U);
}

TEST_F(Intake, NothingAtAllIsNothing) {
    intake.push("", true);
    EXPECT_EQ(notes, "nothing; ");
    intake.push("", {});
    wait(2s);
    EXPECT_EQ(notes, "nothing; ");
}

}  // namespace
}  // namespace repartee::surfaces::voice_ai
