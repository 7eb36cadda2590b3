#include "engines/wyoming/synthesiser.h"

#include "engines/wyoming/service_test.h"

#include <gmock/gmock.h>

namespace repartee::engines::wyoming {

namespace {

using repartee::wyoming::Event;
using testing::ElementsAre;
using testing::HasSubstr;
using Speech = Outcome<SpeechChunk>;
using Talk = ServicePeer::Talk;

class WyomingSynthesiserTest : public ServiceTest {
protected:
    // Made, and told what the service offers, when it is wanted first.
    WyomingSynthesiser& synthesiser() {
        if (!synthesiser_) {
            settings.synthesiser = peer.uri();
            synthesiser_ = std::make_unique<WyomingSynthesiser>(settings, clock, Log::silent());
            auto stories = std::exchange(peer.stories, {asks_first});
            health = health_of(*synthesiser_);
            peer.stories = std::move(stories);
            peer.talks.clear();
        }
        return *synthesiser_;
    }

    Speech say(const std::vector<std::string>& sentences, const Voice& voice = {}) {
        auto stream = synthesiser().start({.voice = voice});
        for (const auto& sentence : sentences) {
            stream->say(sentence);
        }
        stream->finish();
        return outcome_of<SpeechChunk>(*stream);
    }

    ServicePeer::Story asks_first = streaming_piper;
    Settings settings;
    Health health;

private:
    std::unique_ptr<WyomingSynthesiser> synthesiser_;
};

// Says what it is told when all the text has come, whatever that is.
ServicePeer::Story saying(std::vector<Event> events) {
    return [events](Talk talk) -> awaitable<void> {
        co_await talk->hear_until("synthesize-stop");
        for (const auto& event : events) {
            co_await talk->say(event);
        }
    };
}

Event sound_of(std::size_t samples, int rate = 22'050) {
    return {.type = "audio-chunk", .data = sound_format(rate), .payload = std::string(2 * samples, '\1')};
}

Event no_more_sound() {
    return {.type = "audio-stop"};
}

const std::size_t samples_a_byte = 22'050 * 60 / 1000;

// --- one stream ---

TEST_F(WyomingSynthesiserTest, StreamsAReplyAsItIsSaid) {
    peer.stories = {streaming_piper};
    auto stream = synthesiser().start({});
    Speech speech;
    Task task(context.get_executor(), read_on(*stream, speech));
    stream->say("Hello there.");
    run_until([&] { return spoken_in(speech) == 12; });
    EXPECT_TRUE(task.running()) << "the first sentence is spoken before the second is known";
    stream->say(" How are you?");
    stream->finish();
    run_until([&] { return !task.running(); });
    EXPECT_TRUE(speech.over);
    EXPECT_EQ(samples_in(speech), (12 + 12) * samples_a_byte);
    EXPECT_EQ(spoken_in(speech), 25U);
    EXPECT_EQ(speech.outputs.front().rate, 22'050);
    ASSERT_EQ(peer.talks.size(), 1U);
    EXPECT_EQ(peer.talks[0]->types_heard(),
              "synthesize-start synthesize-chunk synthesize-chunk synthesize synthesize-stop");
    EXPECT_THAT(peer.talks[0]->texts_heard("synthesize-chunk"),
                ElementsAre("Hello there.\n\n", " How are you?\n\n"));
    EXPECT_THAT(peer.talks[0]->texts_heard("synthesize"), ElementsAre("Hello there.\n\n How are you?\n\n"));
}

TEST_F(WyomingSynthesiserTest, FollowsOneLongPieceOfSoundThroughItsSentences) {
    auto all = static_cast<std::size_t>(60) * samples_a_byte;
    peer.stories = {saying({sound_of(all), no_more_sound(), {.type = "synthesize-stopped"}})};
    auto speech = say({"Twenty characters ab", "Twenty characters ab", "Twenty characters ab"});
    EXPECT_TRUE(speech.over);
    EXPECT_EQ(samples_in(speech), all);
    std::size_t in_the_second = 0;
    for (const auto& chunk : speech.outputs) {
        in_the_second += chunk.spoken_bytes > 20 && chunk.spoken_bytes <= 40 ? 1 : 0;
    }
    EXPECT_NEAR(static_cast<double>(in_the_second), static_cast<double>(speech.outputs.size()) / 3, 5);
    EXPECT_EQ(spoken_in(speech), 60U);
}

TEST_F(WyomingSynthesiserTest, ConnectsBeforeThereIsText) {
    peer.stories = {streaming_piper};
    auto stream = synthesiser().start({});
    Speech speech;
    Task task(context.get_executor(), read_on(*stream, speech));
    run_until([&] { return peer.talks.size() == 1 && peer.talks[0]->heard.size() == 1; });
    stream->finish();
    run_until([&] { return !task.running(); });
    EXPECT_TRUE(speech.over);
    EXPECT_TRUE(speech.outputs.empty());
}

TEST_F(WyomingSynthesiserTest, GetsOverAVoiceThatForgetsToSayThatItHasFinished) {
    settings.speech_patience = 100ms;
    peer.stories = {saying({sound_of(12 * samples_a_byte), no_more_sound()}),  // and closes
                    [](Talk talk) -> awaitable<void> {
                        co_await talk->hear_until("synthesize-stop");
                        co_await talk->say(sound_of(12 * samples_a_byte));
                        co_await talk->say(no_more_sound());
                        co_await talk->hear();
                    }};  // and stays
    for (int i = 0; i < 2; ++i) {
        auto speech = say({"Hello there."});
        EXPECT_TRUE(speech.over);
        EXPECT_EQ(spoken_in(speech), 12U);
    }
}

TEST_F(WyomingSynthesiserTest, DoesNotTakeHalfAReplyForAWholeOne) {
    peer.stories = {saying({sound_of(12 * samples_a_byte), no_more_sound()})};
    auto speech = say({"Hello there.", " And here is a good deal more to be said."});
    ASSERT_TRUE(speech.failure);
    EXPECT_EQ(speech.failure->kind, ErrorKind::ProviderBroke);
    EXPECT_EQ(spoken_in(speech), 12U);
}

TEST_F(WyomingSynthesiserTest, WaitsForTextAsLongAsItTakes) {
    settings.speech_patience = 100ms;
    peer.stories = {streaming_piper};
    auto stream = synthesiser().start({});
    Speech speech;
    Task task(context.get_executor(), read_on(*stream, speech));
    stream->say("Hello there.");
    auto later = clock.now() + 400ms;
    run_until([&] {
        context.run_one_until(later);
        return clock.now() >= later;
    });
    EXPECT_FALSE(speech.failure) << speech.failure->message;
    stream->say(" Goodbye.");
    stream->finish();
    run_until([&] { return !task.running(); });
    EXPECT_EQ(spoken_in(speech), 21U);
}

TEST_F(WyomingSynthesiserTest, AVoiceThatNeverBeginsIsNoticed) {
    settings.speech_patience = 100ms;
    peer.stories = {[](Talk talk) -> awaitable<void> { co_await talk->hear_until(""); }};
    auto stream = synthesiser().start({});
    stream->say("Hello there.");
    stream->say("How are you?");  // and more is to come
    auto speech = outcome_of<SpeechChunk>(*stream);
    ASSERT_TRUE(speech.failure);
    EXPECT_EQ(speech.failure->kind, ErrorKind::ProviderLate);
}

TEST_F(WyomingSynthesiserTest, WithoutAnAddressThereIsNoVoice) {
    WyomingSynthesiser nobody({}, clock, Log::silent());
    EXPECT_FALSE(health_of(nobody).usable);
    auto stream = nobody.start({});
    stream->say("Hello there.");
    EXPECT_EQ(outcome_of<SpeechChunk>(*stream).failure->kind, ErrorKind::Unavailable);
}

TEST_F(WyomingSynthesiserTest, AStallInTheMiddleIsNoticed) {
    settings.speech_patience = 100ms;
    peer.stories = {[](Talk talk) -> awaitable<void> {
        co_await talk->hear_until("synthesize-chunk");
        co_await talk->say(sound_of(2'000));
        co_await talk->hear_until("");  // until the client has gone
    }};
    auto stream = synthesiser().start({});
    stream->say("A sentence whose sound breaks off near its beginning.");
    auto speech = outcome_of<SpeechChunk>(*stream);
    ASSERT_TRUE(speech.failure);
    EXPECT_EQ(speech.failure->kind, ErrorKind::ProviderLate);
    stream.reset();
    run_until([&] { return peer.talks[0]->gone; });
}

// --- sentence by sentence ---

TEST_F(WyomingSynthesiserTest, AsksForEverySentenceByItself) {
    asks_first = older_piper;
    peer.stories = {older_piper};
    auto speech = say({"Hello there.", "...", " How are you?"}, {.name = "thorsten", .language = "de"});
    EXPECT_TRUE(speech.over);
    EXPECT_EQ(spoken_in(speech), 28U);
    ASSERT_EQ(peer.talks.size(), 2U) << "what nobody can say is not asked for";
    EXPECT_EQ(peer.talks[0]->types_heard(), "synthesize");
    EXPECT_EQ(peer.talks[0]->heard[0].data,
              (boost::json::object{{"text", "Hello there."}, {"voice", {{"name", "thorsten"}}}}));
    EXPECT_THAT(peer.talks[1]->texts_heard("synthesize"), ElementsAre(" How are you?"));
}

TEST_F(WyomingSynthesiserTest, AsksForTheNextSentenceWhileOneSounds) {
    asks_first = older_piper;
    ServicePeer::Story stalls = [](Talk talk) -> awaitable<void> {
        co_await talk->hear();
        co_await talk->say(sound_of(2'000));
        co_await talk->hear();
    };
    peer.stories = {stalls, older_piper};
    auto stream = synthesiser().start({});
    stream->say("Hello there.");
    Speech speech;
    Task task(context.get_executor(), read_on(*stream, speech));
    run_until([&] { return samples_in(speech) > 0; });
    stream->say(" How are you?");
    run_until([&] { return peer.talks.size() == 2 && peer.talks[1]->heard.size() == 1; });
    EXPECT_TRUE(task.running());
    task.cancel();
    run_until([&] { return !task.running(); });
    stream.reset();
    run_until([&] { return peer.talks[0]->gone && peer.talks[1]->gone; });
}

TEST_F(WyomingSynthesiserTest, DoesNotStreamWhereItIsToldNotTo) {
    settings.stream = false;
    peer.stories = {streaming_piper};
    EXPECT_EQ(spoken_in(say({"Hello there."})), 12U);
    EXPECT_EQ(peer.talks[0]->types_heard(), "synthesize");
}

// --- whatever comes back ---

TEST_F(WyomingSynthesiserTest, TakesSoundOfOtherKinds) {
    Event stereo{.type = "audio-chunk",
                 .data = {{"rate", 48'000}, {"width", 4}, {"channels", 2}},
                 .payload = std::string(std::size_t{8} * 24'000, '\1')};
    peer.stories = {saying({sound_of(11'025), stereo, no_more_sound(), {.type = "synthesize-stopped"}})};
    auto speech = say({"Hello there."});
    EXPECT_TRUE(speech.over);
    EXPECT_NEAR(static_cast<double>(samples_in(speech)), 22'050, 5);
    for (const auto& chunk : speech.outputs) {
        EXPECT_EQ(chunk.rate, 22'050) << "that of its first sound";
    }
}

TEST_F(WyomingSynthesiserTest, SoundThatIsNoneIsRefused) {
    Event wide{.type = "audio-chunk",
               .data = {{"rate", 22'050}, {"width", 8}, {"channels", 1}},
               .payload = std::string(800, '\1')};
    peer.stories = {saying({wide})};
    auto speech = say({"Hello there."});
    ASSERT_TRUE(speech.failure);
    EXPECT_EQ(speech.failure->kind, ErrorKind::ProviderBroke);
    EXPECT_THAT(speech.failure->detail, HasSubstr("8 bytes a sample"));
}

TEST_F(WyomingSynthesiserTest, SilenceInPlaceOfSpeechIsAFailure) {
    for (bool streams : {true, false}) {
        settings.stream = streams;
        peer.stories = {saying({no_more_sound(), {.type = "synthesize-stopped"}})};
        if (!streams) {
            peer.stories = {[](Talk talk) -> awaitable<void> {
                co_await talk->hear();
                co_await talk->say(no_more_sound());
            }};
        }
        auto speech = say({"Hello there."});
        ASSERT_TRUE(speech.failure);
        EXPECT_EQ(speech.failure->kind, ErrorKind::ProviderBroke);
    }
}

TEST_F(WyomingSynthesiserTest, WhatTheServiceComplainsOfIsTold) {
    peer.stories = {saying({{.type = "error", .data = {{"text", "No such voice."}, {"code", nullptr}}}})};
    auto speech = say({"Hello there."});
    ASSERT_TRUE(speech.failure);
    EXPECT_EQ(speech.failure->message, "No such voice.");
    EXPECT_EQ(speech.failure->kind, ErrorKind::ProviderBroke);
}

TEST_F(WyomingSynthesiserTest, SpeaksAsLoudAsTheVoice) {
    peer.stories = {saying({sound_of(22'050), no_more_sound(), {.type = "synthesize-stopped"}})};
    auto speech = say({"Hello there."}, {.volume = 0.5});
    EXPECT_EQ(speech.outputs.front().samples.front(), 0x0101 / 2 + 1);
}

// --- what is offered ---

TEST_F(WyomingSynthesiserTest, SaysWhatIsThere) {
    synthesiser();
    EXPECT_TRUE(health.usable);
    EXPECT_EQ(health.reason, "piper at " + peer.uri() + ", 2 voices, 2 languages");
    EXPECT_EQ(synthesiser().info().model, "piper");
    EXPECT_EQ(synthesiser().info().place, Place::Local);
    EXPECT_THAT(synthesiser().capabilities().languages, ElementsAre("de_DE", "en_GB"));
}

TEST_F(WyomingSynthesiserTest, AVoiceThatIsNotThereIsTold) {
    settings.voice = "alan";
    synthesiser();
    EXPECT_FALSE(health.usable);
    EXPECT_THAT(health.reason, HasSubstr("has no voice 'alan'"));
    EXPECT_EQ(health.advice, "set engines.wyoming.voice to one it has: amy, thorsten");
}

TEST_F(WyomingSynthesiserTest, ASpeakerThatIsNotThereIsTold) {
    settings.voice = "amy";
    settings.speaker = "p225";
    synthesiser();
    EXPECT_FALSE(health.usable);
    EXPECT_EQ(health.reason, "the voice 'amy' has no speaker 'p225'");
}

TEST_F(WyomingSynthesiserTest, WhoDoesNotSpeakIsOfNoUse) {
    asks_first = listen_like_whisper;
    synthesiser();
    EXPECT_FALSE(health.usable);
    EXPECT_THAT(health.reason, HasSubstr("has no voice"));
}

TEST_F(WyomingSynthesiserTest, ALanguageThatIsNotThereIsRefused) {
    peer.stories = {streaming_piper};
    auto speech = say({"नमस्ते"}, {.language = "hi"});
    ASSERT_TRUE(speech.failure);
    EXPECT_EQ(speech.failure->kind, ErrorKind::Unsupported);
    EXPECT_TRUE(peer.talks.empty());
}

TEST(VoiceAmong, ChoosesByNameThenByLanguage) {
    OfferedSpeech offered{
        .name = "piper",
        .models = {{.name = "amy", .languages = {"en_GB"}}, {.name = "thorsten", .languages = {"de_DE"}}},
        .languages = {"de_DE", "en_GB"}};
    auto chosen = [&](const Settings& settings, const Voice& wanted) {
        return boost::json::serialize(voice_among(offered, settings, wanted).value());
    };
    Settings amy;
    amy.voice = "amy";
    amy.speaker = "p1";
    EXPECT_EQ(chosen({}, {.name = "thorsten", .language = "en"}), R"({"name":"thorsten"})");
    EXPECT_EQ(chosen({}, {.name = "sonic-voice", .language = "de"}), R"({"language":"de_DE"})");
    EXPECT_EQ(chosen({}, {.language = "en-GB"}), R"({"language":"en_GB"})");
    EXPECT_EQ(chosen({}, {.language = ""}), "{}");
    EXPECT_EQ(chosen(amy, {.language = "en"}), R"({"name":"amy","speaker":"p1"})");
    EXPECT_EQ(chosen(amy, {.language = "de"}), R"({"name":"thorsten"})");
    EXPECT_EQ(voice_among(offered, amy, {.language = "hi"}).error().kind, ErrorKind::Unsupported);
    EXPECT_EQ(boost::json::serialize(voice_among({}, {}, {.language = "hi"}).value()), "{}")
        << "before anybody has said what there is";
}

}  // namespace

}  // namespace repartee::engines::wyoming
