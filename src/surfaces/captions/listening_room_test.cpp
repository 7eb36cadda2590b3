#include "surfaces/captions/listening_room.h"

#include "base/channel.h"
#include "base/test_loop.h"
#include "engines/energy/energy_detector.h"
#include "engines/scripted/scripted_recogniser.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gmock/gmock.h>

#include <cmath>
#include <numbers>

namespace repartee::surfaces::captions {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A microphone into which a test speaks.
class TestMicrophone final : public devices::Microphone {
public:
    std::vector<devices::AudioInput> inputs() override { return {}; }
    std::string wanted() const override { return "a test's"; }
    std::string complaint() override { return {}; }
    std::unique_ptr<devices::Capture> open(const Executor& executor) override {
        ++opened;
        return std::make_unique<TestCapture>(*this, executor);
    }

    void hears(devices::Captured captured) {
        if (capture != nullptr) {
            capture->waiting.try_push(std::move(captured));
        }
    }
    bool is_open() const { return capture != nullptr; }

    int opened = 0;

private:
    struct TestCapture final : devices::Capture {
        TestCapture(TestMicrophone& the_microphone, const Executor& executor)
            : microphone(the_microphone), waiting(executor, 1000) {
            microphone.capture = this;
        }
        ~TestCapture() override {
            if (microphone.capture == this) {
                microphone.capture = nullptr;
            }
        }
        awaitable<devices::Captured> next() override {
            auto captured = co_await waiting.next();
            co_return std::move(*captured);
        }
        TestMicrophone& microphone;
        Channel<devices::Captured> waiting;
    };
    TestCapture* capture = nullptr;
};

// Somebody who reads what comes, and keeps it.
struct Reader {
    std::unique_ptr<RoomViewer> viewer;
    std::vector<std::string> messages;

    static awaitable<void> read(Reader& reader) {
        for (;;) {
            auto message = co_await reader.viewer->next();
            if (!message) {
                co_return;
            }
            reader.messages.push_back(std::move(*message));
        }
    }
};

class Captions : public testing::Test {
protected:
    ~Captions() override {
        readers.clear();
        pass(10ms);
    }

    ListeningRoom& room() {
        if (!room_) {
            room_ = std::make_shared<ListeningRoom>(
                RoomSurroundings{ears_ ? *ears_ : ears, microphone, clock, Log::silent(), metrics,
                                 context.get_executor(), on_loopback},
                settings);
        }
        return *room_;
    }

    Reader& joins(RoomWishes wishes = {}, bool reads = true) {
        auto& reader = *readers.emplace_back(std::make_unique<Reader>());
        reader.viewer = room().join(context.get_executor(), std::move(wishes));
        if (reads) {
            asio::co_spawn(context, Reader::read(reader), asio::detached);
        }
        pass(10ms);
        return reader;
    }

    // All that read have read all that came.
    void pass(Duration time) { clock.run_until(context, clock.now() + time); }

    // A sentence, and the silence that ends it.
    void somebody_speaks() {
        for (int at = 0; at < 150; ++at) {
            devices::Sound sound{.samples = std::vector<audio::Sample>(320)};
            bool voice = at >= 25 && at < 75;
            for (auto& sample : sound.samples) {
                double time = ++time_ / audio::speech_rate;
                double syllable = 0.1 + 0.9 * std::abs(std::sin(2 * std::numbers::pi * 2 * time));
                sample = static_cast<audio::Sample>(voice ? 9000 * syllable *
                                                                std::sin(2 * std::numbers::pi * 140 * time)
                                                          : static_cast<int>(time_) % 5);
            }
            microphone.hears(std::move(sound));
            pass(20ms);
        }
    }

    void recogniser_translates() {
        script.translation = "good day to you";
        translating_.emplace(script, clock);
        ears_.emplace(hearing::Ears{*translating_, detector, ears.decoder_for, clock});
    }

    asio::io_context context;
    VirtualClock clock;
    Metrics metrics;
    TestMicrophone microphone;
    engines::scripted::ScriptedSettings script{.heard = "hello you", .partials = 1};
    engines::scripted::ScriptedRecogniser recogniser{script, clock};
    engines::energy::EnergyDetector detector{{}};
    hearing::Ears ears{recogniser, detector,
                       [](std::span<const std::byte>) -> Result<engines::Decoder*> {
                           return Error{ErrorKind::Unsupported, "no decoder", {}};
                       },
                       clock};
    bool on_loopback = true;
    CaptionsSettings settings;
    std::shared_ptr<ListeningRoom> room_;
    std::vector<std::unique_ptr<Reader>> readers;

private:
    std::optional<engines::scripted::ScriptedRecogniser> translating_;
    std::optional<hearing::Ears> ears_;
    double time_ = 0;
};

const std::string line = R"({"event":"transcript","text":"hello you","is_final":true})";

TEST_F(Captions, OneCaptureIsForAllAndEndsWithTheLast) {
    EXPECT_FALSE(microphone.is_open());
    for (int viewer = 0; viewer < 500; ++viewer) {
        joins();
    }
    EXPECT_EQ(microphone.opened, 1);
    somebody_speaks();
    somebody_speaks();
    for (const auto& reader : readers) {
        EXPECT_THAT(reader->messages, ElementsAre(line, line));
    }
    readers.resize(1);
    pass(10ms);
    EXPECT_TRUE(microphone.is_open());
    readers.clear();
    pass(10ms);
    EXPECT_FALSE(microphone.is_open());
    joins();
    EXPECT_EQ(microphone.opened, 2);
}

TEST_F(Captions, WhoDoesNotReadHurtsNobodyAndIsNotOwedEverything) {
    settings.keep_lines = 1000;
    auto& slow = joins({}, false);
    auto& quick = joins();
    for (int at = 0; at < 300; ++at) {
        somebody_speaks();
    }
    EXPECT_EQ(quick.messages.size(), 300u);
    asio::co_spawn(context, Reader::read(slow), asio::detached);
    pass(10ms);
    EXPECT_EQ(slow.messages.size(), 256u) << "the latest";
}

TEST_F(Captions, EachSeesWhatItAskedFor) {
    auto& plain = joins();
    auto& eager = joins({.partials = true});
    auto& exact = joins({.words = true});
    somebody_speaks();
    EXPECT_THAT(plain.messages, ElementsAre(line));
    EXPECT_THAT(eager.messages, ElementsAre(HasSubstr(R"("is_final":false)"), line));
    EXPECT_THAT(exact.messages, ElementsAre(HasSubstr(R"("words":[)")));
    auto& late = joins({.last = 5});
    EXPECT_THAT(late.messages, ElementsAre(line));
    EXPECT_EQ(room().lines().size(), 1u);
}

// Everybody sounds alike to it.
class OneVoice final : public engines::SpeakerEmbedder {
public:
    engines::EngineInfo info() const override { return {.kind = "one", .model = "voice"}; }
    awaitable<engines::Health> check() override { co_return engines::Health{.usable = true}; }
    std::string identity() const override { return "one/1"; }
    engines::SpeakerTraits traits() const override { return {}; }
    awaitable<std::vector<engines::Voiceprint>> prints(std::span<const audio::Sample>,
                                                       std::vector<engines::SoundRange> ranges) override {
        ++asked;
        engines::Voiceprint print{.vector = {1}, .voice = asked == 1 ? 500ms : 2000ms, .spread = 1};
        co_return std::vector<engines::Voiceprint>(ranges.size(), print);
    }
    int asked = 0;
};

TEST_F(Captions, SpeakersAreForWhoAsksAndNobodyIsLookedAtOtherwise) {
    auto& early = joins({.speakers = true, .errors = true});
    EXPECT_THAT(early.messages, ElementsAre(HasSubstr("nobody here tells them apart")));
    readers.clear();
    pass(10ms);
    room_.reset();
    OneVoice embedder;
    ears.speaker_embedder = &embedder;
    auto& plain = joins();
    somebody_speaks();
    EXPECT_EQ(embedder.asked, 0);
    EXPECT_THAT(plain.messages, ElementsAre(line));
    auto& asking = joins({.speakers = true});
    somebody_speaks();
    EXPECT_THAT(asking.messages, ElementsAre(HasSubstr(R"("line":2,"speaker":null})")));
    somebody_speaks();
    EXPECT_THAT(asking.messages,
                ElementsAre(HasSubstr(R"("line":2,"speaker":null})"), HasSubstr(R"("line":3,"speaker":1,)"),
                            HasSubstr(R"({"event":"speakers","changes":[{"line":2,"speaker":1,)")));
    EXPECT_THAT(plain.messages, ElementsAre(line, line, line)) << "nothing of it is seen by others";
    EXPECT_EQ(room().lines()[1].speaker, (Speaker{.number = 1, .sure = false}))
        << "and the transcript knows, too";
    auto& late = joins({.speakers = true, .last = 2});
    EXPECT_THAT(late.messages,
                ElementsAre(HasSubstr(R"("line":2,"speaker":1,)"), HasSubstr(R"("line":3,"speaker":1,)")));
    readers.clear();
    pass(10ms);
    room_.reset();
}

TEST_F(Captions, SpeakersCanBeToldAlways) {
    OneVoice embedder;
    ears.speaker_embedder = &embedder;
    settings.speakers = "always";
    joins();
    somebody_speaks();
    EXPECT_EQ(embedder.asked, 1);
    readers.clear();
    pass(10ms);
    room_.reset();
}

TEST_F(Captions, AMicrophoneThatGoesIsToldToWhoWantsErrorsAlsoLater) {
    auto& plain = joins();
    auto& told = joins({.errors = true});
    microphone.hears(devices::Opened{"mic"});
    microphone.hears(devices::Gone{{ErrorKind::Unavailable, "it has gone", {}}});
    pass(10ms);
    auto& later = joins({.errors = true});
    const std::string error = R"({"event":"error","message":"it has gone"})";
    EXPECT_THAT(plain.messages, ElementsAre());
    EXPECT_THAT(told.messages, ElementsAre(error));
    EXPECT_THAT(later.messages, ElementsAre(error));
    microphone.hears(devices::Opened{"mic"});
    somebody_speaks();
    EXPECT_THAT(told.messages, ElementsAre(error, line));
    EXPECT_THAT(joins({.errors = true}).messages, ElementsAre());
}

TEST_F(Captions, EachLanguageIsHeardAndThereAreFewAtOnce) {
    std::vector<Reader*> tongues;
    for (const char* language : {"de", "fr", "it", "es", "pt"}) {
        tongues.push_back(&joins({.language = language, .errors = true}));
    }
    EXPECT_THAT(tongues[4]->messages, ElementsAre(HasSubstr("too many")));
    somebody_speaks();
    EXPECT_EQ(microphone.opened, 1);
    for (int tongue = 0; tongue < 4; ++tongue) {
        EXPECT_THAT(tongues[static_cast<std::size_t>(tongue)]->messages, ElementsAre(line));
    }
}

TEST_F(Captions, WhoWantsATranslationGetsIt) {
    recogniser_translates();
    auto& plain = joins({.errors = true});
    auto& english = joins({.translate = "en-GB", .words = true, .errors = true});
    auto& as_well = joins({.translate = "en", .errors = true});
    auto& french = joins({.translate = "fr", .errors = true});
    auto& needless = joins({.language = "en", .translate = "en", .words = true, .errors = true});
    somebody_speaks();
    EXPECT_THAT(plain.messages, ElementsAre(line));
    EXPECT_THAT(english.messages, ElementsAre(HasSubstr(R"("translated_to":"en")")));
    EXPECT_THAT(english.messages[0], HasSubstr("good day to you"));
    EXPECT_THAT(as_well.messages,
                ElementsAre(R"({"event":"transcript","text":"good day to you","is_final":true})"));
    EXPECT_THAT(french.messages, ElementsAre(HasSubstr("translate: nobody here translates into it"), line));
    EXPECT_THAT(needless.messages, ElementsAre(testing::Not(HasSubstr("translated_to"))));
    EXPECT_THAT(joins({.translate = "en", .last = 9}).messages, ElementsAre(HasSubstr("good day")));
    EXPECT_EQ(room().lines().size(), 2u) << "as they were spoken, by those who said so and those who did not";
    EXPECT_EQ(room().lines("en").size(), 1u);
}

TEST_F(Captions, WhereNobodyTranslatesThatIsSaid) {
    auto& viewer = joins({.translate = "en", .errors = true});
    somebody_speaks();
    EXPECT_THAT(viewer.messages, ElementsAre(HasSubstr("translate:"), line));
}

TEST_F(Captions, LostSoundIsCounted) {
    joins();
    microphone.hears(devices::Sound{.samples = {1, 2, 3}, .lost = 1500ms, .overruns = 2});
    pass(10ms);
    EXPECT_THAT(metrics.text(), HasSubstr("repartee_microphone_overruns_total 2"));
    EXPECT_THAT(metrics.text(), HasSubstr("repartee_microphone_lost_seconds_total 1.5"));
}

TEST_F(Captions, AreForThisMachineUnlessTheSettingsSayMore) {
    EXPECT_EQ(room().closed_because(), "");
    room_.reset();
    on_loopback = false;
    EXPECT_THAT(room().closed_because(), HasSubstr("CAPTIONS_ALLOW=always"));
    room_.reset();
    settings.allow = "always";
    EXPECT_EQ(room().closed_because(), "");
    room_.reset();
    on_loopback = true;
    settings.allow = "never";
    EXPECT_NE(room().closed_because(), "");
}

TEST_F(Captions, AfterTheEndNobodyIsLetIn) {
    joins();
    run_to_end(context, clock, room().close());
    EXPECT_FALSE(microphone.is_open());
    joins();
    EXPECT_EQ(microphone.opened, 1);
}

}  // namespace
}  // namespace repartee::surfaces::captions
