#include "engines/silero/silero_stream.h"

#include "audio/test_sounds.h"
#include "base/test_loop.h"
#include "engines/energy/energy_detector.h"

#include <gtest/gtest.h>

#include <sys/socket.h>

namespace repartee::engines::silero {
namespace {

using audio::Sample;
using repartee::wyoming::Connection;
using repartee::wyoming::Errand;
using repartee::wyoming::Event;

// How the worker at the other end behaves.
enum class Manner { Answers, IsSilent, BreaksOff, BreaksOffLater };

// A network of our own: deep tones are voices, high ones are whistles.
float probability_of(std::span<const Sample> window) {
    int crossings = 0;
    for (std::size_t i = 1; i < window.size(); ++i) {
        crossings += (window[i] < 0) != (window[i - 1] < 0) ? 1 : 0;
    }
    return crossings > 2 && crossings < 60 ? 0.9F : 0.1F;
}

awaitable<void> be_the_worker(Connection connection, Manner manner) {
    std::vector<Sample> waiting;
    int chunks = 0;
    while (auto event = co_await connection.receive()) {
        chunks += event->type == "audio-chunk" ? 1 : 0;
        if ((manner == Manner::BreaksOff && chunks > 0) ||
            (manner == Manner::BreaksOffLater && chunks > 20)) {
            co_return;
        }
        if (event->type == "audio-stop") {
            waiting.clear();
        }
        auto count = event->payload.size() / sizeof(Sample);
        const auto* samples = reinterpret_cast<const Sample*>(event->payload.data());
        waiting.insert(waiting.end(), samples, samples + count);
        while (waiting.size() >= ProbabilityFeed::window && manner != Manner::IsSilent) {
            auto probability = probability_of(std::span(waiting).first(ProbabilityFeed::window));
            waiting.erase(waiting.begin(), waiting.begin() + ProbabilityFeed::window);
            Event answer{.type = "speech-probability", .data = {{"probability", probability}}};
            co_await connection.send(std::move(answer));
        }
    }
}

// A microphone on a virtual clock, and the worker that hears it.
class SileroStreamTest : public testing::Test {
protected:
    void SetUp() override {
        stream_ = std::make_unique<SileroStream>(loudness_.start(context_.get_executor(), {}),
                                                 VoiceDecision(0.5F, 120ms), [this] { return connect(); });
    }

    std::unique_ptr<ProbabilityFeed> connect() {
        ++connections_;
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
            return nullptr;
        }
        auto socket = [this](int descriptor) {
            return Connection(StreamSocket(context_.get_executor(),
                                           asio::generic::stream_protocol(AF_UNIX, 0), descriptor));
        };
        workers_.emplace_back(context_.get_executor(), be_the_worker(socket(ends[1]), manner));
        auto ours = std::make_shared<std::optional<Connection>>(socket(ends[0]));
        auto errand = std::make_unique<Errand>(
            clock_, [ours] { return handed_over(ours); }, repartee::wyoming::ErrandOptions{.patience = 1s});
        return std::make_unique<ProbabilityFeed>(context_.get_executor(), clock_, std::move(errand));
    }
    static awaitable<Connection> handed_over(std::shared_ptr<std::optional<Connection>> connection) {
        co_return std::move(**connection);
    }

    static std::vector<Sample> sound(std::chrono::milliseconds length, double hertz) {
        auto samples = static_cast<std::size_t>(length.count()) * 16;
        return hertz == 0 ? std::vector<Sample>(samples, 2)
                          : audio::sine(hertz, audio::speech_rate, samples, 6000);
    }

    // Live, frame by frame; how many of them were speech.
    int hear(std::chrono::milliseconds length, double hertz) {
        auto samples = sound(length, hertz);
        int speech = 0;
        for (std::span rest(samples); !rest.empty(); rest = rest.subspan(320)) {
            speech += stream_->push(rest.first(320)).speech ? 1 : 0;
            clock_.run_until(context_, clock_.now() + 20ms);
        }
        return speech;
    }
    int hear_nobody(std::chrono::milliseconds length) { return hear(length, 0); }

    std::vector<Activity> judged(std::span<const Sample> samples) {
        std::vector<Activity> all;
        auto judge = [](DetectorStream& stream, std::span<const Sample> sound,
                        std::vector<Activity>& into) -> awaitable<void> {
            into = co_await stream.judge(sound);
        };
        run_to_end(context_, clock_, judge(*stream_, samples, all));
        return all;
    }

    static constexpr double voice = 180;
    static constexpr double whistle = 3000;

    Manner manner = Manner::Answers;
    int connections_ = 0;

private:
    VirtualClock clock_;
    asio::io_context context_;
    energy::EnergyDetector loudness_{{}};
    std::vector<Task> workers_;

protected:
    std::unique_ptr<SileroStream> stream_;
};

TEST_F(SileroStreamTest, HearsAVoiceSoonAndForAsLongAsItSpeaks) {
    hear_nobody(1000ms);
    EXPECT_GE(hear(1000ms, voice), 46) << "of 50 frames";
    EXPECT_LE(hear_nobody(1000ms), 4);
}

TEST_F(SileroStreamTest, ALoudSoundThatIsNoVoiceIsNotSpeech) {
    hear_nobody(1000ms);
    EXPECT_EQ(hear(2000ms, whistle), 0);
    EXPECT_GE(hear(1000ms, voice), 44) << "heard over the whistle that came before";
}

TEST_F(SileroStreamTest, SilenceCostsNoConnection) {
    hear_nobody(5000ms);
    EXPECT_EQ(connections_, 0);
}

TEST_F(SileroStreamTest, AConnectionIsKeptBetweenSentencesAndLetGoLater) {
    for (int sentence = 0; sentence < 3; ++sentence) {
        hear(600ms, voice);
        hear_nobody(1000ms);
    }
    EXPECT_EQ(connections_, 1);
    hear_nobody(11'000ms);
    EXPECT_GE(hear(600ms, voice), 26);
    EXPECT_EQ(connections_, 2);
}

TEST_F(SileroStreamTest, LoudnessDecidesWhereTheWorkerIsSilent) {
    manner = Manner::IsSilent;
    hear_nobody(1000ms);
    auto speech = hear(1000ms, voice);
    EXPECT_GE(speech, 40);
    EXPECT_LE(speech, 45) << "it waits before it believes that";
}

TEST_F(SileroStreamTest, LoudnessDecidesWhereTheWorkerBreaksOffAndItIsAskedAgainForTheNextSentence) {
    manner = Manner::BreaksOff;
    hear_nobody(1000ms);
    EXPECT_GE(hear(1000ms, voice), 44);
    hear_nobody(1000ms);
    manner = Manner::Answers;
    EXPECT_EQ(hear(1000ms, whistle), 0);
    EXPECT_EQ(connections_, 2);
}

TEST_F(SileroStreamTest, TheLastAnswerOfAWorkerThatIsGoneIsNotBelieved) {
    manner = Manner::BreaksOffLater;
    hear_nobody(1000ms);
    EXPECT_EQ(hear(300ms, whistle), 0) << "the worker still says so";
    hear(300ms, whistle);
    EXPECT_GE(hear(500ms, voice), 22) << "without a pause between: the gate has never shut";
}

TEST_F(SileroStreamTest, AHeapOfSoundThatComesAtOnceIsNoReasonToBelieveInLoudness) {
    hear_nobody(1000ms);
    hear(200ms, whistle);
    auto heap = sound(600ms, whistle);
    for (std::span rest(heap); !rest.empty(); rest = rest.subspan(320)) {
        EXPECT_FALSE(stream_->push(rest.first(320)).speech);
    }
}

TEST_F(SileroStreamTest, ARecordingIsJudgedFrameByFrame) {
    std::vector<Sample> recording;
    for (auto [length, hertz] :
         {std::pair(500ms, 0.0), std::pair(1000ms, voice), std::pair(1000ms, 0.0), std::pair(1000ms, whistle),
          std::pair(1000ms, 0.0), std::pair(500ms, voice)}) {
        auto part = sound(length, hertz);
        recording.insert(recording.end(), part.begin(), part.end());
    }
    auto activities = judged(recording);
    ASSERT_EQ(activities.size(), 250U);
    auto speech_between = [&](std::size_t from, std::size_t to) {
        return std::count_if(activities.begin() + static_cast<std::ptrdiff_t>(from),
                             activities.begin() + static_cast<std::ptrdiff_t>(to),
                             [](const Activity& activity) { return activity.speech; });
    };
    EXPECT_EQ(speech_between(0, 25), 0);
    EXPECT_GE(speech_between(25, 75), 46);
    EXPECT_LE(speech_between(75, 225), 3) << "neither silence nor the whistle";
    EXPECT_GE(speech_between(225, 250), 21);
}

TEST_F(SileroStreamTest, ARecordingIsJudgedByLoudnessWhereTheWorkerDoesNotAnswer) {
    manner = Manner::IsSilent;
    auto silence = sound(500ms, 0);
    auto spoken = sound(1000ms, voice);
    judged(silence);
    auto activities = judged(spoken);
    ASSERT_EQ(activities.size(), 50U);
    EXPECT_GE(std::ranges::count(activities, true, &Activity::speech), 46);
}

}  // namespace
}  // namespace repartee::engines::silero
