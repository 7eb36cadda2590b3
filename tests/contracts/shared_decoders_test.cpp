// More speakers than decoders: who waits, who gives way, and that nobody's words are lost by it.
#include "engines/pocketsphinx/recogniser.h"
#include "spoken.h"

#include <gtest/gtest.h>

#include <atomic>

namespace repartee::engines {

namespace {

// Several threads may ask; the test turns the hands.
class HandClock final : public Clock {
public:
    TimePoint now() const override { return TimePoint(Duration(now_.load())); }
    WallTime wall() const override { return WallTime(Duration(now_.load())); }
    awaitable<void> sleep_until(TimePoint) override { nobody_sleeps(); }
    void set(const std::shared_ptr<Timer>&, TimePoint) override { nobody_sleeps(); }

    void advance(Duration duration) { now_ += duration.count(); }

private:
    [[noreturn]] static void nobody_sleeps() { throw Failure(ErrorKind::Internal, "nobody sleeps here"); }

    std::atomic<Duration::rep> now_{0};
};

class SharedDecoders : public testing::Test {
protected:
    static pocketsphinx::Settings one_decoder() {
        pocketsphinx::Settings settings;
        settings.decoders = 1;
        return settings;
    }

    // A stream that has been told the first half, and has a decoder: it has said something.
    std::unique_ptr<RecogniserStream> half_heard() {
        auto stream = recogniser.start({.partials = true});
        push_first_half(*stream);
        EXPECT_EQ(read_all<Transcript>(house, *stream, 1).outputs.size(), 1U);
        return stream;
    }

    void push_first_half(RecogniserStream& stream) const {
        stream.push(std::span(speech).first(speech.size() / 2));
    }
    void push_second_half(RecogniserStream& stream) const {
        stream.push(std::span(speech).subspan(speech.size() / 2));
    }

    std::string final_text(RecogniserStream& stream) {
        stream.finish();
        auto reading = read_all<Transcript>(house, stream);
        EXPECT_FALSE(reading.failure);
        return reading.outputs.empty() ? "nothing" : reading.outputs.back().text;
    }

    House house{Time::Real};
    HandClock clock;
    pocketsphinx::Pocketsphinx recogniser{one_decoder(), clock, Log::silent(), house.pool()};
    const std::string text = "please tell me about the history of music";
    const std::vector<audio::Sample> speech = spoken(text);
};

}  // namespace

TEST_F(SharedDecoders, WhoeverHasFinishedNeedNotWaitForWhoeverSpeaks) {
    auto speaking = half_heard();
    auto finished = recogniser.start({});
    finished->push(speech);
    EXPECT_EQ(final_text(*finished), text);
    push_second_half(*speaking);
    EXPECT_EQ(final_text(*speaking), text);
}

TEST_F(SharedDecoders, AStreamThatFellSilentMakesRoomForOneThatSpeaks) {
    auto silent = half_heard();
    auto speaking = recogniser.start({.partials = true});
    push_first_half(*speaking);
    clock.advance(2s);
    push_second_half(*speaking);
    auto partial = read_all<Transcript>(house, *speaking, 1);
    ASSERT_EQ(partial.outputs.size(), 1U);
    EXPECT_FALSE(partial.outputs.front().is_final);

    push_second_half(*silent);
    EXPECT_EQ(final_text(*silent), text);
    EXPECT_EQ(final_text(*speaking), text);
}

TEST_F(SharedDecoders, ADestroyedStreamGivesItsDecoderBack) {
    auto gone = half_heard();
    auto next = recogniser.start({.partials = true});
    next->push(speech);
    gone.reset();
    EXPECT_EQ(read_all<Transcript>(house, *next, 1).outputs.size(), 1U);
    EXPECT_EQ(final_text(*next), text);
}

TEST_F(SharedDecoders, WhoeverWaitsTooLongIsTurnedAway) {
    auto first = half_heard();
    for (int times = 0; times < 5; ++times) {
        first->push(speech);
    }
    first->finish();
    auto late = recogniser.start({});
    late->push(speech);
    late->finish();
    clock.advance(1min);
    auto refused = read_all<Transcript>(house, *late);
    ASSERT_TRUE(refused.failure);
    EXPECT_EQ(error_of(refused.failure).kind, ErrorKind::Busy);
    EXPECT_FALSE(read_all<Transcript>(house, *first).outputs.back().text.empty());
}

TEST_F(SharedDecoders, AJobMakesRoomForWhoeverIsLiveAndIsHeardAllTheSame) {
    auto job = recogniser.start({.urgency = Urgency::Job});
    for (int times = 0; times < 8; ++times) {
        job->push(speech);
    }
    job->finish();
    auto live = recogniser.start({});
    live->push(speech);
    EXPECT_EQ(final_text(*live), text);
    // It may wait longer than anybody live.
    clock.advance(1min);
    auto heard = read_all<Transcript>(house, *job);
    ASSERT_FALSE(heard.failure);
    EXPECT_TRUE(heard.outputs.back().text.starts_with(text)) << heard.outputs.back().text;
}

TEST_F(SharedDecoders, ManyAreHeardInTheirTurn) {
    std::vector<std::unique_ptr<RecogniserStream>> streams;
    for (int i = 0; i < 6; ++i) {
        streams.push_back(recogniser.start({}));
    }
    constexpr std::size_t frame = audio::speech_rate / 50;
    for (std::size_t at = 0; at < speech.size(); at += frame) {
        for (auto& stream : streams) {
            stream->push(std::span(speech).subspan(at, std::min(frame, speech.size() - at)));
        }
        clock.advance(20ms);
    }
    for (auto& stream : streams) {
        EXPECT_EQ(final_text(*stream), text);
    }
}

}  // namespace repartee::engines
