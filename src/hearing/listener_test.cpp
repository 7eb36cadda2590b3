#include "hearing/listener.h"

#include "base/bell.h"
#include "base/test_loop.h"
#include "engines/energy/energy_detector.h"
#include "engines/scripted/scripted_recogniser.h"

#include <gtest/gtest.h>

#include <cmath>

namespace repartee::hearing {

namespace {

// Takes its time over the first utterance only.
class SlowAtFirst final : public engines::Recogniser {
public:
    SlowAtFirst(const engines::scripted::ScriptedSettings& slow,
                const engines::scripted::ScriptedSettings& quick, Clock& clock)
        : slow_(slow, clock), quick_(quick, clock) {}
    engines::EngineInfo info() const override { return quick_.info(); }
    awaitable<engines::Health> check() override { return quick_.check(); }
    engines::RecogniserCapabilities capabilities() const override { return quick_.capabilities(); }
    std::unique_ptr<engines::RecogniserStream> start(const engines::RecognitionRequest& request) override {
        return std::exchange(first_, false) ? slow_.start(request) : quick_.start(request);
    }

private:
    engines::scripted::ScriptedRecogniser slow_;
    engines::scripted::ScriptedRecogniser quick_;
    bool first_ = true;
};

// Notes what it is told besides sound; and may break, as nobody expects of it.
class Attentive final : public engines::Recogniser {
public:
    explicit Attentive(std::string& notes, bool breaks = false) : notes_(notes), breaks_(breaks) {}
    engines::EngineInfo info() const override { return {.kind = "attentive", .model = {}}; }
    awaitable<engines::Health> check() override { co_return engines::Health{.usable = true, .reason = {}}; }
    engines::RecogniserCapabilities capabilities() const override { return {}; }
    std::unique_ptr<engines::RecogniserStream> start(const engines::RecognitionRequest&) override {
        return std::make_unique<Stream>(notes_, breaks_);
    }

private:
    class Stream final : public engines::RecogniserStream {
    public:
        Stream(std::string& notes, bool breaks) : notes_(notes), breaks_(breaks) {}
        void push(std::span<const audio::Sample>) override {}
        void pause() override { notes_ += "pause "; }
        void resume() override { notes_ += "resume "; }
        void finish() override {
            notes_ += "finish ";
            finished_.ring();
        }
        awaitable<std::optional<Transcript>> next() override {
            co_await finished_.wait();
            if (breaks_) {
                throw std::runtime_error("a bug");
            }
            co_return std::nullopt;
        }

    private:
        std::string& notes_;
        const bool breaks_;
        Bell finished_;
    };
    std::string& notes_;
    const bool breaks_;
};

// Frames of sound arrive in real time, on a virtual clock.
class Room : public testing::Test {
protected:
    void speaks(std::chrono::milliseconds length, double loudness = 0.25) { sounds(length, loudness); }
    void is_silent(std::chrono::milliseconds length) { sounds(length, 0); }

    void sounds(std::chrono::milliseconds length, double loudness) {
        for (auto at = 0ms; at < length; at += 20ms) {
            std::array<audio::Sample, 320> frame{};
            for (auto& sample : frame) {
                ++phase_;
                sample =
                    static_cast<audio::Sample>(32767 * loudness * std::sin(0.09 * phase_) + phase_ % 7 - 3);
            }
            listener().push(frame);
            clock.run_until(context, clock.now() + 20ms);
        }
    }

    Listener& listener() {
        if (!listener_) {
            if (!recogniser) {
                recogniser = std::make_unique<engines::scripted::ScriptedRecogniser>(script, clock);
            }
            ears = std::make_unique<Ears>(
                *recogniser, detector,
                [](std::span<const std::byte>) -> Result<engines::Decoder*> {
                    return Error{ErrorKind::Unsupported, "no decoder", {}};
                },
                clock);
            listener_ = std::make_unique<Listener>(context.get_executor(), *ears, options,
                                                   [this](Hearing event) { note(event); });
        }
        return *listener_;
    }

    // One letter for each kind of event; voice that goes on is left out.
    void note(const Hearing& event) {
        if (std::holds_alternative<SpeechBegan>(event)) {
            story += "begins ";
            began_at = clock.now();
        } else if (std::holds_alternative<SpeechPaused>(event)) {
            story += "pauses ";
        } else if (auto* part = std::get_if<HeardPartly>(&event)) {
            story += "(" + part->text + ") ";
        } else if (auto* all = std::get_if<HeardAll>(&event)) {
            story += all->heard ? "[" + all->heard->text + "] " : "failed ";
            timeline = all->timeline;
            heard_at = clock.now();
        }
    }

    ListenerOptions options;
    VirtualClock clock;
    asio::io_context context;
    engines::scripted::ScriptedSettings script{.heard = "what time is it", .partials = 2};
    engines::energy::EnergyDetector detector{{}};
    std::unique_ptr<engines::Recogniser> recogniser;
    std::unique_ptr<Ears> ears;
    std::string story;
    TimePoint began_at;
    TimePoint heard_at;
    Timeline timeline;

private:
    std::unique_ptr<Listener> listener_;
    int phase_ = 0;
};

}  // namespace

TEST_F(Room, WhoStopsIsToldToHaveStoppedWhereAnUtteranceMayNotPause) {
    options.bounds.end_silence = 100ms;
    speaks(500ms);
    is_silent(500ms);
    EXPECT_EQ(story, "begins (what time) (what time is it) pauses [what time is it] ");
}

TEST_F(Room, AnUtteranceIsToldAsItIsHeard) {
    is_silent(500ms);
    auto start = clock.now();
    speaks(1000ms);
    auto end = clock.now();
    is_silent(1000ms);
    EXPECT_EQ(story, "begins (what time) (what time is it) pauses [what time is it] ");
    EXPECT_LE(began_at - start, 60ms);
    EXPECT_LE(heard_at - end, 780ms);
    EXPECT_NEAR(milliseconds_of(*timeline.at(Moment::SpeechEnd) - end), 40, 40);
}

TEST_F(Room, WhatNobodyReadsIsNotTold) {
    bool wanted = true;
    options.wants_partials = [&] { return wanted; };
    is_silent(500ms);
    speaks(600ms);
    wanted = false;  // of the next one
    is_silent(900ms);
    speaks(600ms);
    is_silent(900ms);
    EXPECT_EQ(story,
              "begins (what time) (what time is it) pauses [what time is it] "
              "begins pauses [what time is it] ");
}

TEST_F(Room, NoiseIsAnUtteranceWithoutWords) {
    script.partials = 0;
    is_silent(500ms);
    speaks(60ms);
    is_silent(2000ms);
    EXPECT_EQ(story, "begins pauses [] ");
}

TEST_F(Room, TwoUtterancesAreTwo) {
    is_silent(500ms);
    speaks(600ms);
    is_silent(900ms);
    speaks(600ms);
    is_silent(900ms);
    EXPECT_EQ(story,
              "begins (what time) (what time is it) pauses [what time is it] "
              "begins (what time) (what time is it) pauses [what time is it] ");
}

TEST_F(Room, ARecogniserHearsOfPauses) {
    std::string notes;
    recogniser = std::make_unique<Attentive>(notes);
    is_silent(500ms);
    speaks(600ms);
    is_silent(400ms);
    speaks(600ms);
    is_silent(900ms);
    EXPECT_EQ(notes, "pause resume pause finish ");
}

TEST_F(Room, FinalsComeInTheirOrder) {
    engines::scripted::ScriptedSettings slow{.heard = "one", .partials = 0, .final_delay = 3s};
    engines::scripted::ScriptedSettings quick{.heard = "two", .partials = 0};
    recogniser = std::make_unique<SlowAtFirst>(slow, quick, clock);
    is_silent(500ms);
    speaks(600ms);
    is_silent(900ms);
    speaks(600ms);
    is_silent(900ms);
    EXPECT_EQ(story, "begins pauses begins pauses ");
    is_silent(2000ms);
    EXPECT_EQ(story, "begins pauses begins pauses [one] [two] ");
}

TEST_F(Room, WhateverBreaksIsTold) {
    std::string notes;
    recogniser = std::make_unique<Attentive>(notes, true);
    is_silent(500ms);
    speaks(600ms);
    is_silent(900ms);
    EXPECT_EQ(story, "begins pauses failed ");
}

TEST_F(Room, OurOwnVoiceIsNobody) {
    is_silent(500ms);
    listener().own_voice().sounds(clock.now(), std::vector<audio::Sample>(32000, 8000), 16000);
    is_silent(200ms);
    speaks(1800ms, 0.025);
    is_silent(900ms);
    EXPECT_EQ(story, "");
    listener().own_voice().sounds(clock.now(), std::vector<audio::Sample>(32000, 8000), 16000);
    speaks(1000ms, 0.3);
    is_silent(900ms);
    EXPECT_NE(story.find("[what time is it]"), std::string::npos) << story;
}

}  // namespace repartee::hearing
