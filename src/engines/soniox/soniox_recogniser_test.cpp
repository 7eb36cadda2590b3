#include "engines/soniox/soniox_recogniser.h"

#include "audio/test_sounds.h"
#include "base/task.h"
#include "engines/soniox/soniox_peer.h"

#include <gmock/gmock.h>

namespace repartee::engines::soniox {

namespace {

using testing::HasSubstr;

struct Reading {
    std::vector<Transcript> transcripts;
    std::optional<Error> failure;

    std::string final_text() const {
        return transcripts.empty() || !transcripts.back().is_final ? "(no final)" : transcripts.back().text;
    }
};

awaitable<void> read_all(RecogniserStream& stream, Reading& reading) {
    try {
        while (auto transcript = co_await stream.next()) {
            reading.transcripts.push_back(std::move(*transcript));
        }
    } catch (const Failure& failure) {
        reading.failure = failure.error();
    }
}

awaitable<void> ask_health(Recogniser& recogniser, std::optional<Health>& health) {
    health = co_await recogniser.check();
}

// --- stories ---

awaitable<void> says_nothing(std::shared_ptr<PeerTalk> talk) {
    co_await talk->hear_out();
}

awaitable<void> cannot_continue(std::shared_ptr<PeerTalk> talk) {
    co_await talk->hear();
    co_await talk->hear();
    co_await talk->say(R"({"tokens":[{"text":"wha","is_final":true}]})");
    co_await talk->hear();
    co_await talk->say(R"({"error_code":503,"error_message":"Cannot continue request"})");
    co_await talk->socket->close(net::CloseCode::Normal);
}

awaitable<void> refuses_the_key(std::shared_ptr<PeerTalk> talk) {
    co_await talk->hear();
    co_await talk->say(R"({"error_code":401,"error_type":"unauthenticated","error_message":"bad key"})");
    co_await talk->socket->close(net::CloseCode::Normal);
}

class SonioxRecogniserTest : public testing::Test {
protected:
    SonioxRecogniserTest() { settings.base_url = peer.url(); }

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
            recogniser_ = std::make_unique<SocketRecogniser>(
                recogniser_options(settings), context.get_executor(), http, clock, Log::silent());
        }
        return *recogniser_;
    }

    void run_until(const std::function<bool()>& done) {
        auto limit = std::chrono::steady_clock::now() + 20s;
        while (!done() && std::chrono::steady_clock::now() < limit) {
            context.restart();
            context.run_one_until(limit);
        }
        ASSERT_TRUE(done()) << "what the test waits for did not happen";
    }

    Reading hear(RecognitionRequest request, std::size_t samples = 16000) {
        auto stream = recogniser().start(request);
        stream->push(audio::sine(300, audio::speech_rate, samples));
        stream->finish();
        Reading reading;
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
    SonioxSettings settings{.api_key = Secret("sx-secret"), .spare_connections = 0};

private:
    std::unique_ptr<SocketRecogniser> recogniser_;
};

TEST_F(SonioxRecogniserTest, HearsAnUtterance) {
    peer.stories = {soniox};
    auto reading = hear({.language = "hi", .partials = true});
    EXPECT_EQ(reading.final_text(), "what time is it");
    EXPECT_EQ(reading.transcripts.front().text, "what time");
    ASSERT_EQ(peer.talks.size(), 1U);
    auto& talk = *peer.talks[0];
    EXPECT_THAT(talk.head, HasSubstr("GET /transcribe-websocket HTTP/1.1"));
    EXPECT_THAT(talk.head, HasSubstr("Authorization: Bearer sx-secret"));
    ASSERT_EQ(talk.words().size(), 3U);
    EXPECT_THAT(talk.words()[0], HasSubstr(R"("language_hints":["hi"])"));
    EXPECT_THAT(talk.words()[0], testing::Not(HasSubstr("sx-secret")));
    EXPECT_EQ(talk.words()[2], "") << "the empty message is really sent";
    EXPECT_EQ(talk.bytes_of_sound(), 32000U);
}

TEST_F(SonioxRecogniserTest, AnUtteranceThatCannotGoOnIsBegunAgain) {
    peer.stories = {cannot_continue, soniox};
    EXPECT_EQ(hear({}).final_text(), "what time is it");
    ASSERT_EQ(peer.talks.size(), 2U);
    EXPECT_EQ(peer.talks[1]->bytes_of_sound(), 32000U);
}

TEST_F(SonioxRecogniserTest, SilenceIsNoticedWhileSomebodySpeaks) {
    settings.patience = 150ms;
    peer.stories = {says_nothing};
    auto stream = recogniser().start({.partials = true});
    stream->push(audio::sine(300, audio::speech_rate, 3200));
    Reading reading;
    Task task(context.get_executor(), read_all(*stream, reading));
    run_until([&] { return !task.running(); });
    ASSERT_TRUE(reading.failure);
    EXPECT_EQ(reading.failure->kind, ErrorKind::ProviderLate);
    EXPECT_THAT(reading.failure->detail, HasSubstr("no sign of life for 150 ms"));
}

TEST_F(SonioxRecogniserTest, ARecordingIsSentNoFasterThanToldAfterItsBeginning) {
    settings.catch_up = 10;
    peer.stories = {soniox};
    auto before = std::chrono::steady_clock::now();
    EXPECT_EQ(hear({}, 10 * audio::speech_rate).final_text(), "what time is it");
    // Five seconds go at once, five in a tenth of their time.
    EXPECT_GE(std::chrono::steady_clock::now() - before, 450ms);
    EXPECT_EQ(peer.talks[0]->bytes_of_sound(), 320'000U);
}

TEST_F(SonioxRecogniserTest, AWrongKeyIsFoundOutByTheCheck) {
    peer.stories = {refuses_the_key};
    auto refused = health();
    EXPECT_FALSE(refused.usable);
    EXPECT_THAT(refused.reason, HasSubstr("SONIOX_API_KEY"));
    auto reading = hear({});
    ASSERT_TRUE(reading.failure);
    EXPECT_THAT(reading.failure->message, HasSubstr("SONIOX_API_KEY"));
}

TEST_F(SonioxRecogniserTest, TheCheckAsksForNothingToBeHeard) {
    peer.stories = {soniox};
    EXPECT_TRUE(health().usable);
    EXPECT_EQ(peer.talks[0]->bytes_of_sound(), 0U);
    EXPECT_EQ(recogniser().info().place, Place::Local);
}

}  // namespace

}  // namespace repartee::engines::soniox
