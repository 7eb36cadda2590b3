#include "engines/wyoming/recogniser.h"

#include "engines/wyoming/service_test.h"

#include <gmock/gmock.h>

namespace repartee::engines::wyoming {

namespace {

using repartee::wyoming::Event;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Heard = Outcome<Transcript>;
using Talk = ServicePeer::Talk;

const std::vector<audio::Sample> loud(audio::speech_rate / 2, 5'000);

Event transcript_of(std::string_view text) {
    return {.type = "transcript", .data = {{"text", text}}};
}

class WyomingRecogniserTest : public ServiceTest {
protected:
    WyomingRecogniser& recogniser() {
        if (!recogniser_) {
            settings.recogniser = peer.uri();
            recogniser_ = std::make_unique<WyomingRecogniser>(settings, clock);
            auto stories = std::exchange(peer.stories, {asks_first});
            health = health_of(*recogniser_);
            peer.stories = std::move(stories);
            peer.talks.clear();
        }
        return *recogniser_;
    }

    Heard hear(const RecognitionRequest& request = {.partials = true}) {
        auto stream = recogniser().start(request);
        stream->push(loud);
        stream->finish();
        return outcome_of<Transcript>(*stream);
    }

    static std::vector<std::string> texts_of(const Heard& heard) {
        std::vector<std::string> texts;
        for (const auto& transcript : heard.outputs) {
            texts.push_back((transcript.is_final ? "! " : "") + transcript.text);
        }
        return texts;
    }

    ServicePeer::Story asks_first = listen_like_whisper;
    Settings settings;
    Health health;

private:
    std::unique_ptr<WyomingRecogniser> recogniser_;
};

TEST_F(WyomingRecogniserTest, HearsWhatTheServiceHears) {
    peer.stories = {listen_like_whisper};
    auto stream = recogniser().start({.language = "en-US", .partials = true});
    for (int i = 0; i < 4; ++i) {
        stream->push(std::span(loud).first(1'600));
    }
    stream->finish();
    EXPECT_THAT(texts_of(outcome_of<Transcript>(*stream)),
                ElementsAre("what", "what time", "what time is", "what time is it", "! what time is it"));
    EXPECT_EQ(peer.talks[0]->types_heard(),
              "transcribe audio-start audio-chunk audio-chunk audio-chunk audio-chunk audio-stop");
    EXPECT_EQ(peer.talks[0]->heard[0].text("language"), "en") << "as the service spells it";
    EXPECT_EQ(peer.talks[0]->heard[1].data,
              (boost::json::object{{"rate", 16'000}, {"width", 2}, {"channels", 1}}));
    EXPECT_EQ(peer.talks[0]->heard[2].payload.size(), 3'200U);
}

TEST_F(WyomingRecogniserTest, KeepsItsPartialsWhereNobodyReadsThem) {
    peer.stories = {listen_like_whisper};
    EXPECT_THAT(texts_of(hear({})), ElementsAre("! what time is it"));
}

TEST_F(WyomingRecogniserTest, DoesNotAskAboutNothing) {
    peer.stories = {listen_like_whisper};
    auto stream = recogniser().start({.partials = true});
    stream->finish();
    EXPECT_THAT(texts_of(outcome_of<Transcript>(*stream)), ElementsAre("! "));
    EXPECT_TRUE(peer.talks.empty());
}

TEST_F(WyomingRecogniserTest, LongSoundGoesInPieces) {
    peer.stories = {listen_like_whisper};
    auto stream = recogniser().start({});
    stream->push(std::vector<audio::Sample>(5 * 60 * audio::speech_rate, 5'000));
    stream->finish();
    EXPECT_THAT(texts_of(outcome_of<Transcript>(*stream)), ElementsAre("! what time is it"));
    for (const auto& event : peer.talks[0]->heard) {
        EXPECT_LE(event.payload.size(), 32'000U);
    }
}

// Ends an utterance after so much sound, as services do that listen for silence themselves.
awaitable<void> ends_by_itself(Talk talk) {
    std::size_t chunks = 0;
    while (auto event = co_await talk->hear()) {
        bool over = event->type == "audio-chunk" && ++chunks == 2;
        if (over || event->type == "audio-stop") {
            auto answer = transcript_of(over ? "Turn left. " : "");
            co_await talk->say(std::move(answer));
            co_return;
        }
    }
}

TEST_F(WyomingRecogniserTest, AnUtteranceThatTheServiceEndsGoesOn) {
    peer.stories = {ends_by_itself, ends_by_itself, listen_like_whisper};
    auto stream = recogniser().start({.partials = true});
    Heard heard;
    Task task(context.get_executor(), read_on(*stream, heard));
    for (int end = 1; end <= 2; ++end) {
        stream->push(loud);
        stream->push(loud);
        run_until([&] { return texts_of(heard).size() == static_cast<std::size_t>(end); });
    }
    stream->push(loud);
    stream->finish();
    run_until([&] { return !task.running(); });
    EXPECT_EQ(texts_of(heard)[0], "Turn left.");
    EXPECT_EQ(texts_of(heard)[1], "Turn left. Turn left.");
    EXPECT_EQ(texts_of(heard).back(), "! Turn left. Turn left. what time is it");
    EXPECT_EQ(peer.talks.size(), 3U);
}

TEST_F(WyomingRecogniserTest, AnUtteranceThatTheServiceEndedMayEndThere) {
    peer.stories = {ends_by_itself};
    auto stream = recogniser().start({});
    Heard heard;
    Task task(context.get_executor(), read_on(*stream, heard));
    stream->push(loud);
    stream->push(loud);
    run_until([&] { return peer.talks.size() == 1 && peer.talks[0]->heard.size() == 4; });
    for (int i = 0; i < 10; ++i) {
        context.restart();
        context.run_for(1ms);
    }
    stream->finish();
    run_until([&] { return !task.running(); });
    EXPECT_THAT(texts_of(heard), ElementsAre("! Turn left."));
}

TEST_F(WyomingRecogniserTest, OneThatEndsEveryUtteranceAtOnceIsGivenUp) {
    peer.stories = {[](Talk talk) -> awaitable<void> {
        co_await talk->hear_until("audio-chunk");
        auto answer = transcript_of("");
        co_await talk->say(std::move(answer));
    }};
    auto stream = recogniser().start({});
    Heard heard;
    Task task(context.get_executor(), read_on(*stream, heard));
    for (int i = 0; task.running() && i < 10'000; ++i) {
        stream->push(std::span(loud).first(320));
        context.restart();
        context.run_for(1ms);
    }
    ASSERT_TRUE(heard.failure);
    EXPECT_EQ(heard.failure->kind, ErrorKind::ProviderBroke);
    EXPECT_LE(peer.talks.size(), 102U);
}

TEST_F(WyomingRecogniserTest, WhatTheServiceComplainsOfIsTold) {
    peer.stories = {[](Talk talk) -> awaitable<void> {
        co_await talk->hear_until("audio-stop");
        Event error{.type = "error", .data = {{"text", "The model is gone."}, {"code", "RuntimeError"}}};
        co_await talk->say(std::move(error));
    }};
    auto heard = hear();
    ASSERT_TRUE(heard.failure);
    EXPECT_EQ(heard.failure->message, "The model is gone.");
    EXPECT_EQ(heard.failure->kind, ErrorKind::ProviderBroke);
}

TEST_F(WyomingRecogniserTest, OneThatBreaksOffIsNoSilence) {
    peer.stories = {[](Talk talk) -> awaitable<void> { co_await talk->hear_until("audio-stop"); }};
    auto heard = hear();
    ASSERT_TRUE(heard.failure);
    EXPECT_EQ(heard.failure->kind, ErrorKind::ProviderBroke);
    EXPECT_THAT(heard.outputs, IsEmpty());
}

TEST_F(WyomingRecogniserTest, OneThatStallsIsNotWaitedForForEver) {
    settings.patience = 100ms;
    peer.stories = {[](Talk talk) -> awaitable<void> { co_await talk->hear_until(""); }};
    auto heard = hear();
    ASSERT_TRUE(heard.failure);
    EXPECT_EQ(heard.failure->kind, ErrorKind::ProviderLate);
}

TEST_F(WyomingRecogniserTest, NothingMayHaveBeenSaid) {
    peer.stories = {[](Talk talk) -> awaitable<void> {
        co_await talk->hear_until("audio-stop");
        Event nothing{.type = "transcript", .data = {{"text", nullptr}, {"language", nullptr}}};
        co_await talk->say(std::move(nothing));
    }};
    EXPECT_THAT(texts_of(hear()), ElementsAre("! "));
}

TEST_F(WyomingRecogniserTest, SaysWhatIsThere) {
    recogniser();
    EXPECT_TRUE(health.usable);
    EXPECT_EQ(health.reason, "whisper at " + peer.uri());
    EXPECT_TRUE(recogniser().capabilities().partials);
    EXPECT_THAT(recogniser().capabilities().languages, ElementsAre("en", "pt-BR")) << "of what is installed";
}

TEST_F(WyomingRecogniserTest, OneThatSaysSoIsAskedToTranslate) {
    auto refused = hear({.language = "pt", .translate_to = "en"});
    ASSERT_TRUE(refused.failure);
    EXPECT_EQ(refused.failure->kind, ErrorKind::Unsupported) << "a standard service does not";
}

// What another machine's repartee-whisper says of itself, and how it answers.
awaitable<void> listen_like_our_whisper(Talk talk) {
    while (auto event = co_await talk->hear()) {
        if (event->type == "describe") {
            boost::json::object model{{"name", "small"},
                                      {"installed", true},
                                      {"languages", boost::json::array{"en", "hi"}},
                                      {"translates", true}};
            auto info = info_of("asr", "repartee-whisper", boost::json::array{std::move(model)}, true);
            co_await talk->say(std::move(info));
        } else if (event->type == "audio-stop") {
            Event transcript{
                .type = "transcript",
                .data = {{"text", "what time is it"}, {"language", "hi"}, {"translated_to", "en"}}};
            co_await talk->say(std::move(transcript));
        }
    }
}

TEST_F(WyomingRecogniserTest, OurOwnTranslatesOnAnotherMachine) {
    asks_first = listen_like_our_whisper;
    peer.stories = {listen_like_our_whisper};
    auto heard = hear({.language = "hi", .translate_to = "en"});
    ASSERT_EQ(texts_of(heard), std::vector<std::string>{"! what time is it"});
    EXPECT_EQ(heard.outputs[0].language, "hi");
    EXPECT_EQ(heard.outputs[0].translated_to, "en");
    EXPECT_EQ(peer.talks[0]->heard[0].text("task"), "translate");
    EXPECT_THAT(recogniser().capabilities().translates_to, ElementsAre("en"));
}

TEST_F(WyomingRecogniserTest, AModelThatIsNotThereIsTold) {
    settings.model = "big";
    recogniser();
    EXPECT_FALSE(health.usable);
    EXPECT_THAT(health.reason, HasSubstr("has no model 'big'"));
    EXPECT_EQ(health.advice, "set engines.wyoming.model to one it has: tiny");
}

TEST_F(WyomingRecogniserTest, ALanguageThatIsNotThereIsRefused) {
    auto heard = hear({.language = "de"});
    ASSERT_TRUE(heard.failure);
    EXPECT_EQ(heard.failure->kind, ErrorKind::Unsupported);
}

TEST_F(WyomingRecogniserTest, AServiceThatSaysNothingOfItselfIsOfNoUse) {
    asks_first = [](Talk talk) -> awaitable<void> { co_await talk->hear(); };
    recogniser();
    EXPECT_FALSE(health.usable);
    EXPECT_THAT(health.reason, HasSubstr("does not say what it offers"));
}

}  // namespace

}  // namespace repartee::engines::wyoming
