#include "workers/whisper/utterance.h"

#include "workers/whisper/words.h"

#include <gmock/gmock.h>

#include <condition_variable>

namespace repartee::workers::whisper {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

// Says a word for each second of the sound, "one two three"; waits where the test wants it to.
class Counting final : public SpeechModel {
public:
    std::string name() const override { return "counting"; }
    std::vector<Language> languages() const override { return {"en"}; }
    bool translates() const override { return false; }
    std::unique_ptr<Decoder> decoder(int) override { return std::make_unique<CountingDecoder>(*this); }

    // From now on a decoding begins and does not end before `go_on`, or before it is aborted.
    void hold() {
        std::lock_guard lock(mutex_);
        held_ = true;
    }
    void go_on() {
        std::lock_guard lock(mutex_);
        held_ = false;
        changed_.notify_all();
    }
    // Until so many decodings have begun.
    void wait_for(int decodings) {
        std::unique_lock lock(mutex_);
        ASSERT_TRUE(changed_.wait_for(lock, 20s, [&] { return begun_ >= decodings; }));
    }
    int begun() const {
        std::lock_guard lock(mutex_);
        return begun_;
    }
    std::atomic<bool> fails = false;

private:
    class CountingDecoder final : public Decoder {
    public:
        explicit CountingDecoder(Counting& model) : model_(model) {}
        std::optional<Decoding> decode(std::span<const float> sound, const DecodeWishes&,
                                       const std::atomic<bool>& abort) override {
            model_.begin_one(abort);
            if (abort) {
                return std::nullopt;
            }
            if (model_.fails) {
                throw Failure(ErrorKind::ProviderBroke, "It fails.");
            }
            Decoding decoding{.words = {}, .language = "en", .mean_log_prob = -0.1F};
            constexpr const char* words[] = {"one", "two", "three", "four"};
            for (std::size_t second = 0; second < sound.size() / audio_rate; ++second) {
                auto start = std::chrono::seconds(second);
                decoding.words.push_back(
                    {.text = words[second], .start = start, .end = start + 900ms, .confidence = 0.9F});
            }
            return decoding;
        }

    private:
        Counting& model_;
    };

    void begin_one(const std::atomic<bool>& abort) {
        std::unique_lock lock(mutex_);
        ++begun_;
        changed_.notify_all();
        // An abort rings no bell here, as in the library.
        while (held_ && !abort) {
            changed_.wait_for(lock, 1ms);
        }
    }

    static constexpr std::size_t audio_rate = 16000;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool held_ = false;
    int begun_ = 0;
};

class UtteranceTest : public testing::Test {
protected:
    void speak(std::chrono::milliseconds length) {
        std::vector<float> sound(static_cast<std::size_t>(length.count()) * 16, 0.1F);
        utterance().push(sound);
    }
    Utterance& utterance() {
        if (!utterance_) {
            utterance_.emplace(desk_, options, [this](const Understood& understood) { note(understood); });
        }
        return *utterance_;
    }
    // The final's words; how it failed; nothing when none came in time.
    std::string final_text() {
        std::unique_lock lock(mutex_);
        told_.wait_for(lock, 20s, [&] { return final_.has_value(); });
        return final_.value_or("nothing came");
    }
    std::vector<std::string> partials() {
        std::lock_guard lock(mutex_);
        return partials_;
    }
    void wait_for_partial() {
        std::unique_lock lock(mutex_);
        ASSERT_TRUE(told_.wait_for(lock, 20s, [&] { return !partials_.empty(); }));
    }

    UtteranceOptions options{.partials = true, .step = 10s};
    Counting model_;

private:
    void note(const Understood& understood) {
        std::lock_guard lock(mutex_);
        auto text = joined(understood.certain, "en");
        if (!understood.is_final) {
            partials_.push_back(joined(understood.uncertain, "en"));
        } else if (final_) {
            ADD_FAILURE() << "a second final";
        } else {
            final_ = understood.failure ? understood.failure->message : text;
        }
        told_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable told_;
    std::optional<std::string> final_;
    std::vector<std::string> partials_;
    Desk desk_{model_, {.decoders = 1, .threads = 1}};
    std::optional<Utterance> utterance_;
};

TEST_F(UtteranceTest, IsReadWhenItIsFinished) {
    speak(2000ms);
    utterance().finish();
    EXPECT_EQ(final_text(), "one two");
    EXPECT_EQ(model_.begun(), 1);
}

TEST_F(UtteranceTest, IsReadInThePauseSoThatTheFinalIsThere) {
    speak(2000ms);
    utterance().pause();
    wait_for_partial();
    EXPECT_THAT(partials(), ElementsAre("one two"));
    speak(400ms);
    utterance().finish();
    EXPECT_EQ(final_text(), "one two");
    EXPECT_EQ(model_.begun(), 1) << "nothing was computed twice";
}

TEST_F(UtteranceTest, WhatIsBeingReadWhenItIsFinishedBecomesTheFinal) {
    model_.hold();
    speak(2000ms);
    utterance().pause();
    model_.wait_for(1);
    utterance().finish();
    model_.go_on();
    EXPECT_EQ(final_text(), "one two");
    EXPECT_EQ(model_.begun(), 1);
}

TEST_F(UtteranceTest, WhoGoesOnSpeakingIsReadToTheEnd) {
    speak(1000ms);
    utterance().pause();
    wait_for_partial();
    utterance().resume();
    speak(1000ms);
    utterance().finish();
    EXPECT_EQ(final_text(), "one two");
    EXPECT_EQ(model_.begun(), 2);
}

TEST_F(UtteranceTest, WhoGoesOnSpeakingStopsTheReading) {
    model_.hold();
    speak(1000ms);
    utterance().pause();
    model_.wait_for(1);
    utterance().resume();
    model_.go_on();
    speak(2000ms);
    utterance().finish();
    EXPECT_EQ(final_text(), "one two three");
}

TEST_F(UtteranceTest, AVoiceThatTheDetectorHeardInThePauseIsReadToo) {
    speak(1000ms);
    utterance().pause();
    wait_for_partial();
    speak(1000ms);
    utterance().set_voice({.voiced = 1500ms, .length = 2s, .last = 1600ms});
    utterance().finish();
    EXPECT_EQ(final_text(), "one two");
}

TEST_F(UtteranceTest, AReadingThatFailsIsTriedAgainForTheFinal) {
    model_.fails = true;
    speak(1000ms);
    utterance().pause();
    utterance().wait();
    model_.fails = false;
    utterance().finish();
    EXPECT_EQ(final_text(), "one");
    EXPECT_EQ(model_.begun(), 2);
}

TEST_F(UtteranceTest, AFinalThatFailsSaysSo) {
    model_.hold();
    model_.fails = true;
    speak(1000ms);
    utterance().pause();
    model_.wait_for(1);
    utterance().finish();
    model_.go_on();
    EXPECT_EQ(final_text(), "It fails.");
}

TEST_F(UtteranceTest, ARecordingIsReadOnceAndThoroughly) {
    options.final_rank = Rank::Recording;
    speak(1000ms);
    utterance().pause();
    utterance().finish();
    EXPECT_EQ(final_text(), "one");
    EXPECT_EQ(model_.begun(), 1);
}

TEST_F(UtteranceTest, PartialTextsComeWhileItGrows) {
    options.step = 300ms;
    speak(1000ms);
    wait_for_partial();
    EXPECT_THAT(partials(), ElementsAre("one"));
}

}  // namespace
}  // namespace repartee::workers::whisper
