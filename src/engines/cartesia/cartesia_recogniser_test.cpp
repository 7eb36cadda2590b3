#include "engines/cartesia/cartesia_recogniser.h"

#include "audio/test_sounds.h"
#include "base/task.h"
#include "engines/cartesia/ink_peer.h"

#include <gmock/gmock.h>

#include <numeric>

namespace repartee::engines::cartesia {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// What came out of one stream.
struct HeardReading {
    std::vector<Transcript> transcripts;
    std::optional<Error> failure;
    bool over = false;

    std::string final_text() const {
        return transcripts.empty() || !transcripts.back().is_final ? "(no final)" : transcripts.back().text;
    }
};

awaitable<void> read_all(RecogniserStream& stream, HeardReading& reading) {
    try {
        while (auto transcript = co_await stream.next()) {
            reading.transcripts.push_back(std::move(*transcript));
        }
        reading.over = true;
    } catch (const Failure& failure) {
        reading.failure = failure.error();
    }
}

awaitable<void> ask_health(Recogniser& recogniser, std::optional<Health>& health) {
    health = co_await recogniser.check();
}

// --- stories ---

awaitable<void> breaks_off_at_the_first_sound(std::shared_ptr<PeerTalk> talk) {
    co_await talk->hear();
    talk->break_off();
}

awaitable<void> breaks_off_after_a_partial(std::shared_ptr<PeerTalk> talk) {
    co_await talk->hear();
    co_await talk->say(R"({"type":"transcript","is_final":false,"text":"what","request_id":"r"})");
    co_await talk->hear();
    talk->break_off();
}

awaitable<void> says_nothing(std::shared_ptr<PeerTalk> talk) {
    co_await talk->hear_out();
}

// Lets go when it should have answered long ago.
awaitable<void> breaks_off_late(std::shared_ptr<PeerTalk> talk) {
    SystemClock clock;
    while (auto message = co_await talk->hear()) {
        if (message->data == "finalize") {
            co_await clock.sleep(550ms);
            talk->break_off();
        }
    }
}

awaitable<void> answers_late(std::shared_ptr<PeerTalk> talk) {
    SystemClock clock;
    while (auto message = co_await talk->hear()) {
        if (message->data == "finalize") {
            co_await clock.sleep(300ms);
            co_await talk->say(R"({"type":"transcript","is_final":true,"text":"late","request_id":"r"})");
            co_await talk->say(R"({"type":"flush_done","request_id":"r"})");
        }
    }
}

awaitable<void> flushes_before_its_final(std::shared_ptr<PeerTalk> talk) {
    while (auto message = co_await talk->hear()) {
        if (message->data == "finalize") {
            co_await talk->say(R"({"type":"flush_done","request_id":"r"})");
            co_await talk->say(R"({"type":"transcript","is_final":true,"text":"late","request_id":"r"})");
        }
    }
}

awaitable<void> only_flushes(std::shared_ptr<PeerTalk> talk) {
    while (auto message = co_await talk->hear()) {
        if (message->data == "finalize") {
            co_await talk->say(R"({"type":"flush_done","request_id":"r"})");
        }
    }
}

awaitable<void> says_garbage(std::shared_ptr<PeerTalk> talk) {
    co_await talk->hear();
    co_await talk->say("<html>");
    co_await talk->hear_out();
}

awaitable<void> has_no_such_model(std::shared_ptr<PeerTalk> talk) {
    co_await talk->hear();
    co_await talk->say(
        R"({"type":"error","status_code":400,"error_code":"model_not_found","message":"no such model"})");
    co_await talk->hear_out();
}

awaitable<void> has_no_place(std::shared_ptr<PeerTalk> talk) {
    co_await talk->hear();
    co_await talk->say(
        R"({"type":"error","status_code":429,"error_code":"concurrency_limited","message":"too many"})");
    co_await talk->hear_out();
}

class CartesiaRecogniserTest : public testing::Test {
protected:
    CartesiaRecogniserTest() { settings.base_url = peer.url(); }

    // Nothing is left behind that would keep the loop at work.
    void TearDown() override {
        recogniser_.reset();
        peer.shut_down();
        context.restart();
        context.run_for(10s);
        EXPECT_TRUE(context.stopped());
    }

    Recogniser& recogniser() {
        if (!recogniser_) {
            recogniser_ =
                std::make_unique<SocketRecogniser>(recogniser_options(settings), context.get_executor(), http,
                                                   clock, Log::into(lines, {.level = LogLevel::Debug}));
        }
        return *recogniser_;
    }

    void destroy_recogniser() { recogniser_.reset(); }

    // Runs the loop until `done` says so. The limit only ends a test that has failed.
    void run_until(const std::function<bool()>& done) {
        auto limit = std::chrono::steady_clock::now() + 20s;
        while (!done() && std::chrono::steady_clock::now() < limit) {
            context.restart();
            context.run_one_until(limit);
        }
        ASSERT_TRUE(done()) << "what the test waits for did not happen";
    }

    // Connections that both sides know of.
    void run_until_there_are(std::size_t talks) {
        run_until([&] { return peer.talks.size() == talks; });
        for (int i = 0; i < 100; ++i) {
            context.restart();
            context.poll();
        }
    }

    static void speak(RecogniserStream& stream, std::size_t samples = 16000) {
        auto sound = audio::sine(300, audio::speech_rate, samples);
        for (std::size_t at = 0; at < samples; at += 320) {
            stream.push(std::span(sound).subspan(at, std::min<std::size_t>(320, samples - at)));
        }
    }

    HeardReading hear(RecognitionRequest request = {.partials = true}, std::size_t samples = 16000) {
        auto stream = recogniser().start(request);
        speak(*stream, samples);
        stream->finish();
        HeardReading reading;
        Task task(context.get_executor(), read_all(*stream, reading));
        run_until([&] { return !task.running(); });
        return reading;
    }

    Health health() {
        std::optional<Health> health;
        Task task(context.get_executor(), ask_health(recogniser(), health));
        run_until([&] { return !task.running(); });
        return health.value_or(Health{});
    }

    asio::io_context context;
    SystemClock clock;
    TalkingPeer peer{context, clock};
    net::HttpClient http{clock, nullptr};
    CartesiaSettings settings{.api_key = Secret("sk-car-secret"), .patience = 5s, .spare_connections = 0};
    std::vector<std::string> lines;

private:
    std::unique_ptr<SocketRecogniser> recogniser_;
};

TEST_F(CartesiaRecogniserTest, HearsAnUtterance) {
    peer.stories = {ink};
    auto reading = hear({.language = "hi-IN", .partials = true});
    ASSERT_EQ(reading.transcripts.size(), 2U);
    EXPECT_EQ(reading.transcripts[0].text, "what time");
    EXPECT_FALSE(reading.transcripts[0].is_final);
    EXPECT_EQ(reading.final_text(), "what time is it");
    EXPECT_TRUE(reading.over);
    ASSERT_EQ(peer.talks.size(), 1U);
    auto& talk = *peer.talks[0];
    EXPECT_THAT(talk.head, HasSubstr("GET /stt/websocket?model=ink-whisper&language=hi&encoding=pcm_s16le"));
    EXPECT_THAT(talk.head, HasSubstr("X-API-Key: sk-car-secret"));
    EXPECT_THAT(talk.head, HasSubstr("Cartesia-Version: 2026-03-01"));
    EXPECT_EQ(talk.bytes_of_sound(), 32000U);
    EXPECT_THAT(talk.words(), ElementsAre("finalize", "close"));
    for (const auto& message : talk.heard) {
        EXPECT_LE(message.data.size(), 3840U) << "more than 120 ms at a time";
    }
    EXPECT_EQ(std::accumulate(lines.begin(), lines.end(), std::string()).find("sk-car"), std::string::npos);
}

TEST_F(CartesiaRecogniserTest, SoundIsSentWhileItIsSpoken) {
    peer.stories = {ink};
    auto stream = recogniser().start({.partials = true});
    HeardReading reading;
    Task task(context.get_executor(), read_all(*stream, reading));
    speak(*stream, 3200);
    run_until([&] { return !reading.transcripts.empty(); });
    EXPECT_EQ(reading.transcripts[0].text, "what time");
    stream->finish();
    run_until([&] { return !task.running(); });
    EXPECT_EQ(reading.final_text(), "what time is it");
}

TEST_F(CartesiaRecogniserTest, GivesNoPartialsToThoseWhoDoNotRead) {
    peer.stories = {ink};
    EXPECT_EQ(hear({}).transcripts.size(), 1U);
}

TEST_F(CartesiaRecogniserTest, AsksNobodyAboutNothing) {
    EXPECT_EQ(hear({}, 0).final_text(), "");
    EXPECT_EQ(peer.connections, 0);
}

TEST_F(CartesiaRecogniserTest, TakesAFinalOnEitherSideOfTheFlush) {
    peer.stories = {flushes_before_its_final};
    EXPECT_EQ(hear().final_text(), "late");
}

TEST_F(CartesiaRecogniserTest, AFlushAloneIsTheEndInAMoment) {
    peer.stories = {only_flushes};
    auto before = std::chrono::steady_clock::now();
    EXPECT_EQ(hear().final_text(), "");
    EXPECT_LT(std::chrono::steady_clock::now() - before, 3s);
}

TEST_F(CartesiaRecogniserTest, BeginsAgainWithAllOfTheSoundWhenTheConnectionBreaks) {
    for (const auto& story : {breaks_off_at_the_first_sound, breaks_off_after_a_partial}) {
        peer.talks.clear();
        peer.stories = {story, ink};
        EXPECT_EQ(hear().final_text(), "what time is it");
        ASSERT_EQ(peer.talks.size(), 2U);
        EXPECT_EQ(peer.talks[1]->bytes_of_sound(), 32000U);
    }
}

TEST_F(CartesiaRecogniserTest, TheSecondAttemptHasATimeOfItsOwn) {
    settings.patience = 600ms;
    peer.stories = {breaks_off_late, answers_late};
    EXPECT_EQ(hear().final_text(), "late");
}

TEST_F(CartesiaRecogniserTest, KeepsNoSoundThatNobodyWillHear) {
    settings.patience = 100ms;
    peer.stories = {says_garbage};
    auto stream = recogniser().start({.partials = true});
    speak(*stream);
    HeardReading reading;
    Task task(context.get_executor(), read_all(*stream, reading));
    run_until([&] { return !task.running(); });
    EXPECT_TRUE(reading.failure);
    auto connections = peer.connections;
    speak(*stream);
    stream->finish();
    run_until_there_are(peer.talks.size());
    EXPECT_EQ(peer.connections, connections) << "nothing is begun again for a stream that has failed";
}

TEST_F(CartesiaRecogniserTest, MayBeDestroyedWithWorkUnderWay) {
    settings.spare_connections = 1;
    peer.stories = {says_nothing};
    auto stream = recogniser().start({.partials = true});
    speak(*stream);
    run_until_there_are(2);
    stream.reset();
    destroy_recogniser();
    run_until([&] { return peer.talks[0]->gone && peer.talks[1]->gone; });
}

TEST_F(CartesiaRecogniserTest, GivesUpAfterTheSecondTime) {
    peer.stories = {breaks_off_at_the_first_sound};
    auto reading = hear();
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::ProviderBroke);
    EXPECT_EQ(reading.failure->message, "Cartesia broke off.");
    EXPECT_EQ(peer.talks.size(), 2U);
}

TEST_F(CartesiaRecogniserTest, WaitsNoLongerThanTold) {
    settings.patience = 100ms;
    peer.stories = {says_nothing};
    auto reading = hear();
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::ProviderLate);
    // A tenth of what was said is granted for listening to it.
    EXPECT_THAT(reading.failure->detail, HasSubstr("no final within 200 ms of the end of 1.0 s"));
    EXPECT_EQ(peer.talks.size(), 1U) << "nobody waits twice";
    run_until([&] { return peer.talks[0]->gone; });
}

TEST_F(CartesiaRecogniserTest, ThinksNothingOfSilenceInTheMiddle) {
    settings.patience = 100ms;
    peer.stories = {ink};
    auto stream = recogniser().start({});
    HeardReading reading;
    Task task(context.get_executor(), read_all(*stream, reading));
    speak(*stream, 3200);
    auto until = std::chrono::steady_clock::now() + 300ms;
    run_until([&] { return std::chrono::steady_clock::now() >= until || !task.running(); });
    ASSERT_TRUE(task.running());
    stream->finish();
    run_until([&] { return !task.running(); });
    EXPECT_EQ(reading.final_text(), "what time is it");
}

TEST_F(CartesiaRecogniserTest, GarbageIsAFailure) {
    peer.stories = {says_garbage};
    auto reading = hear();
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::ProviderBroke);
    EXPECT_THAT(reading.failure->message, HasSubstr("makes no sense"));
}

TEST_F(CartesiaRecogniserTest, ARefusalIsToldAndNotRepeated) {
    peer.stories = {has_no_such_model};
    auto reading = hear();
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::Unavailable);
    EXPECT_THAT(reading.failure->message, HasSubstr("no such model"));
    EXPECT_EQ(peer.talks.size(), 1U);
}

TEST_F(CartesiaRecogniserTest, AWrongKeySaysWhichVariableToSet) {
    peer.refusals = {refusal_with(401, R"({"title":"Unauthorized","message":"bad key sk-car-secret"})")};
    auto reading = hear();
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::Unavailable);
    EXPECT_THAT(reading.failure->message, HasSubstr("CARTESIA_API_KEY"));
    EXPECT_EQ(peer.connections, 1);
    for (const auto& line : lines) {
        EXPECT_THAT(line, Not(HasSubstr("sk-car")));
    }
}

TEST_F(CartesiaRecogniserTest, WaitsAMomentForAPlace) {
    peer.stories = {ink};
    peer.refusals = {refusal_with(429, "busy", "Retry-After: 0.1\r\n")};
    EXPECT_EQ(hear().final_text(), "what time is it");
    peer.stories = {has_no_place, ink};
    EXPECT_EQ(hear().final_text(), "what time is it");
}

TEST_F(CartesiaRecogniserTest, DoesNotWaitLong) {
    for (const char* headers : {"", "Retry-After: 60\r\n"}) {
        peer.connections = 0;
        peer.refusals = {refusal_with(429, "busy", headers)};
        auto reading = hear();
        ASSERT_TRUE(reading.failure);
        EXPECT_EQ(reading.failure->kind, ErrorKind::Busy);
        EXPECT_EQ(peer.connections, 1);
    }
}

TEST_F(CartesiaRecogniserTest, SaysWhenNobodyIsThere) {
    peer.close();
    auto reading = hear();
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::Unavailable);
    EXPECT_FALSE(health().usable);
}

TEST_F(CartesiaRecogniserTest, ClosesTheConnectionWhenTheStreamIsDestroyed) {
    peer.stories = {ink};
    auto stream = recogniser().start({});
    speak(*stream);
    run_until([&] { return !peer.talks.empty() && peer.talks[0]->bytes_of_sound() > 28'000; });
    stream.reset();
    run_until([&] { return peer.talks[0]->gone; });
    EXPECT_TRUE(peer.talks[0]->words().empty());
}

TEST_F(CartesiaRecogniserTest, ClosesTheConnectionWhenCancelled) {
    peer.stories = {says_nothing};
    auto stream = recogniser().start({});
    speak(*stream);
    stream->finish();
    HeardReading reading;
    Task task(context.get_executor(), read_all(*stream, reading));
    run_until([&] { return !peer.talks.empty() && peer.talks[0]->words().size() == 2; });
    task.cancel();
    run_until([&] { return !task.running() && peer.talks[0]->gone; });
    EXPECT_FALSE(reading.over || reading.failure);
}

TEST_F(CartesiaRecogniserTest, AConnectionStandsReadyForTheNext) {
    settings.spare_connections = 1;
    peer.stories = {ink};
    EXPECT_TRUE(health().usable);
    run_until_there_are(2);
    EXPECT_EQ(hear().final_text(), "what time is it");
    EXPECT_EQ(peer.talks[1]->bytes_of_sound(), 32000U) << "the spare was taken";
    run_until([&] { return peer.talks.size() == 3; });
}

TEST_F(CartesiaRecogniserTest, ASpareThatDiesAtItsFirstWordCostsNothing) {
    settings.spare_connections = 1;
    peer.stories = {says_nothing, breaks_off_at_the_first_sound, ink};
    EXPECT_TRUE(health().usable);
    run_until_there_are(2);
    EXPECT_EQ(hear().final_text(), "what time is it");
}

TEST_F(CartesiaRecogniserTest, IsUsableOnceItIsThere) {
    peer.stories = {ink};
    auto good = health();
    EXPECT_TRUE(good.usable);
    EXPECT_THAT(good.reason, HasSubstr("ink-whisper"));
    EXPECT_EQ(recogniser().info().place, Place::Local);
    auto before = peer.connections;
    EXPECT_TRUE(health().usable);
    EXPECT_EQ(peer.connections, before) << "it need not be asked again so soon";
}

TEST_F(CartesiaRecogniserTest, SaysWhyItIsNotUsable) {
    peer.refusals = {refusal_with(401)};
    auto refused = health();
    EXPECT_FALSE(refused.usable);
    EXPECT_THAT(refused.reason, HasSubstr("CARTESIA_API_KEY"));
}

TEST_F(CartesiaRecogniserTest, NeedsAKeyForTheCloud) {
    settings = {};
    EXPECT_EQ(recogniser().info().place, Place::Cloud);
    EXPECT_FALSE(health().usable);
    auto reading = hear();
    ASSERT_TRUE(reading.failure);
    EXPECT_THAT(reading.failure->message, HasSubstr("CARTESIA_API_KEY"));
}

TEST_F(CartesiaRecogniserTest, SaysWhichLanguageItDoesNotKnow) {
    auto reading = hear({.language = "tlh"});
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::Unsupported);
    EXPECT_EQ(peer.connections, 0);
}

}  // namespace

}  // namespace repartee::engines::cartesia
